import { assertEquals, assertObjectMatch, assertThrows } from "@std/assert";
import { ConfigError, readConfig } from "../lib/config.ts";
import { readEnvironment } from "../lib/environment.ts";

Deno.test("with nothing set the embedded peer answers on loopback", () => {
  assertObjectMatch(readConfig({}), {
    host: "127.0.0.1",
    port: 8000,
    provider: "local",
    apiKey: undefined,
  });
});

Deno.test("a key chooses OpenAI", () => {
  assertObjectMatch(readConfig({ OPENAI_API_KEY: "sk-x" }), {
    provider: "openai",
    apiKey: "sk-x",
    baseUrl: "https://api.openai.com/v1",
    model: "gpt-realtime-2.1",
  });
  assertObjectMatch(
    readConfig({ OPENAI_API_KEY: "sk-x", REALTIME_PROVIDER: "local" }),
    { provider: "local", apiKey: undefined },
  );
});

Deno.test("an empty value counts as unset", () => {
  assertObjectMatch(
    readConfig({ OPENAI_API_KEY: "", PORT: " ", REALTIME_VOICE: "" }),
    { provider: "local", port: 8000, voice: "marin" },
  );
});

Deno.test("an invalid value is named, with what is wrong", async (test) => {
  for (
    const [environment, message] of [
      [{ PORT: "http" }, "PORT=http is not a whole number"],
      [{ PORT: "70000" }, "PORT=70000 is not between 1 and 65535"],
      [
        { REALTIME_PROVIDER: "aws" },
        "REALTIME_PROVIDER=aws is not one of openai, local",
      ],
      [
        { OPENAI_BASE_URL: "nowhere" },
        "OPENAI_BASE_URL=nowhere is no http or https URL",
      ],
      [
        { REALTIME_PROVIDER: "openai" },
        "REALTIME_PROVIDER=openai needs OPENAI_API_KEY: set it, or use REALTIME_PROVIDER=local",
      ],
    ] as [Record<string, string>, string][]
  ) {
    await test.step(message, () => {
      assertThrows(() => readConfig(environment), ConfigError, message);
    });
  }
});

Deno.test("the environment stands over .env", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(
    file,
    '# a comment\nPARLEY_TEST_A="from the file"\nPATH=nowhere\n',
  );
  const environment = readEnvironment(file);
  assertEquals(environment.PARLEY_TEST_A, "from the file");
  assertEquals(environment.PATH, Deno.env.get("PATH"));
  await Deno.remove(file);
  assertEquals(readEnvironment(file).PARLEY_TEST_A, undefined);
});
