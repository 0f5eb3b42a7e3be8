import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertThrows,
} from "@std/assert";
import { readConfig } from "../lib/config.ts";
import { readEnvironment } from "../lib/environment.ts";
import { ConfigError } from "../lib/settings.ts";

Deno.test("with nothing set the embedded peer answers on loopback", () => {
  assertObjectMatch(readConfig({}), {
    host: "127.0.0.1",
    port: 8000,
    provider: "local",
    apiKey: undefined,
    handshake: "server",
    maxSessionSeconds: 3300,
    warnings: [],
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
        "REALTIME_PROVIDER=aws is not one of openai, azure, local",
      ],
      [
        { OPENAI_BASE_URL: "nowhere" },
        "OPENAI_BASE_URL=nowhere is no http or https URL",
      ],
      [
        { REALTIME_PROVIDER: "openai" },
        "REALTIME_PROVIDER=openai needs OPENAI_API_KEY: set it, or use REALTIME_PROVIDER=local",
      ],
      [
        { REALTIME_HANDSHAKE: "client" },
        "REALTIME_HANDSHAKE=client is not one of server, ephemeral",
      ],
      [
        { MAX_SESSION_SECONDS: "9" },
        "MAX_SESSION_SECONDS=9 is not between 10 and 86400",
      ],
      [
        { MAX_SESSION_SECONDS: "86401" },
        "MAX_SESSION_SECONDS=86401 is not between 10 and 86400",
      ],
      [
        { AZURE_OPENAI_ENDPOINT: "x.openai.azure.com" },
        "AZURE_OPENAI_ENDPOINT=x.openai.azure.com is no http or https URL",
      ],
      [
        { KV_PATH: "redis://127.0.0.1" },
        "KV_PATH=redis://127.0.0.1 is no path, and no http or https URL",
      ],
      [
        { ALLOWED_ORIGINS: "https://a.test, b.test" },
        "ALLOWED_ORIGINS=https://a.test, b.test can't be used: 'b.test' is no origin such as https://example.com",
      ],
      [
        { TRUSTED_PROXIES: "10.0.0.1,10.0.0.0/40" },
        "TRUSTED_PROXIES=10.0.0.1,10.0.0.0/40 can't be used: '10.0.0.0/40' is no address and no range such as 10.0.0.0/8",
      ],
      [
        { LOCAL_PEER: "closed" },
        "LOCAL_PEER=closed is not one of loopback, open",
      ],
      [
        { SESSIONS_PER_MINUTE: "0" },
        "SESSIONS_PER_MINUTE=0 is not between 1 and 1000000",
      ],
      [
        { MAX_SESSIONS_PER_CLIENT: "0" },
        "MAX_SESSIONS_PER_CLIENT=0 is not between 1 and 100000",
      ],
      [
        { RETENTION_DAYS: "0" },
        "RETENTION_DAYS=0 is not between 1 and 36500",
      ],
      [
        { RETENTION_DAYS: "0.5" },
        "RETENTION_DAYS=0.5 is not a whole number",
      ],
      [
        { MAX_SESSION_TOKENS: "many" },
        "MAX_SESSION_TOKENS=many is not a whole number",
      ],
    ] as [Record<string, string>, string][]
  ) {
    await test.step(message, () => {
      assertThrows(() => readConfig(environment), ConfigError, message);
    });
  }
});

Deno.test("with nothing set the doors are open to one's own pages and nobody is trusted", () => {
  const config = readConfig({});
  assertObjectMatch(config, {
    allowedOrigins: [],
    accessToken: undefined,
    localPeer: "loopback",
    sessionsPerMinute: 300,
    maxSessionsPerClient: undefined,
    maxSessionTokens: undefined,
  });
  assertEquals(config.trustedProxies.includes("127.0.0.1"), false);
});

Deno.test("lists are separated by commas", () => {
  const { allowedOrigins, trustedProxies } = readConfig({
    ALLOWED_ORIGINS: "https://a.test, http://b.test:81/ ,",
    TRUSTED_PROXIES: "::1, 10.0.0.0/8",
  });
  assertEquals(allowedOrigins, ["https://a.test", "http://b.test:81"]);
  assertEquals(
    ["::1", "10.9.9.9", "11.0.0.1"].map((address) =>
      trustedProxies.includes(address)
    ),
    [true, true, false],
  );
});

Deno.test("an access token that can be found by trying is warned of, and not quoted", () => {
  assertEquals(readConfig({ ACCESS_TOKEN: "hunter2" }).warnings, [
    "ACCESS_TOKEN has fewer than 16 characters: it can be found by trying",
  ]);
  assertEquals(readConfig({ ACCESS_TOKEN: "x".repeat(16) }).warnings, []);
});

Deno.test("that the embedded peer answers this machine only is said where pages elsewhere would call it", () => {
  const warnings = (environment: Record<string, string>) =>
    readConfig({ REALTIME_HANDSHAKE: "ephemeral", ...environment }).warnings;
  assertMatch(warnings({ HOST: "0.0.0.0" }).join(), /set LOCAL_PEER=open$/);
  assertEquals(warnings({ HOST: "0.0.0.0", LOCAL_PEER: "open" }), []);
  assertEquals(warnings({ HOST: "0.0.0.0", OPENAI_API_KEY: "sk-x" }), []);
  for (const HOST of ["", "localhost", "::1"]) {
    assertEquals(warnings({ HOST }), []);
  }
});

Deno.test("conversations are kept in a file, unless the platform has a place for them", () => {
  const path = (environment: Record<string, string>) =>
    readConfig(environment).kvPath;
  assertEquals(path({}), "data/parley.sqlite3");
  assertEquals(path({ KV_PATH: "mine.sqlite3" }), "mine.sqlite3");
  assertEquals(path({ KV_PATH: "https://kv.test/db" }), "https://kv.test/db");
  assertEquals(path({ DENO_DEPLOYMENT_ID: "d1" }), undefined);
  assertEquals(path({ DENO_DEPLOYMENT_ID: "d1", KV_PATH: "x" }), "x");
});

Deno.test("conversations are kept for ever, unless a number of days is set", () => {
  assertEquals(readConfig({}).retentionDays, undefined);
  assertEquals(readConfig({ RETENTION_DAYS: "30" }).retentionDays, 30);
});

const AZURE = {
  REALTIME_PROVIDER: "azure",
  AZURE_OPENAI_ENDPOINT: "https://x.openai.azure.com",
  AZURE_OPENAI_API_KEY: "azure-key",
  AZURE_OPENAI_DEPLOYMENT: "my-realtime",
};

Deno.test("Azure is reached by endpoint, key and deployment", () => {
  assertObjectMatch(readConfig(AZURE), {
    provider: "azure",
    apiKey: "azure-key",
    baseUrl: "https://x.openai.azure.com",
    model: "my-realtime",
  });
  assertEquals(
    readConfig({
      ...AZURE,
      AZURE_OPENAI_DEPLOYMENT: "",
      REALTIME_MODEL: "by-model",
    }).model,
    "by-model",
  );
});

Deno.test("a setting that Azure lacks is named", async (test) => {
  for (
    const name of [
      "AZURE_OPENAI_ENDPOINT",
      "AZURE_OPENAI_API_KEY",
      "AZURE_OPENAI_DEPLOYMENT",
    ]
  ) {
    await test.step(name, () => {
      const error = assertThrows(
        () => readConfig({ ...AZURE, [name]: " " }),
        ConfigError,
        `Azure OpenAI needs ${name}: set it to `,
      );
      assertEquals(error.message.includes("azure-key"), false);
    });
  }
});

Deno.test("the list comes from the file of its name, or from the one that is named", async () => {
  const folder = await Deno.makeTempDir();
  const write = async (name: string, text: string) => {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    return `${folder}/${name}`;
  };
  const missing = `${folder}/none`;
  const named = await write("named.json", '[{"api_key": "named"}]');
  const byName = await write("OAI_CONFIG_LIST", '[{"api_key": "by name"}]');
  const listWith = async (dotEnv: string, file: string) =>
    readEnvironment(await write(".env", dotEnv), file).OAI_CONFIG_LIST;
  assertEquals(await listWith("", missing), undefined);
  assertEquals(await listWith("", byName), '[{"api_key": "by name"}]');
  assertEquals(
    await listWith(`OAI_CONFIG_LIST=${named}`, byName),
    '[{"api_key": "named"}]',
  );
  assertEquals(
    await listWith(`OAI_CONFIG_LIST='[{"api_key": "itself"}]'`, byName),
    '[{"api_key": "itself"}]',
  );
  assertEquals(await listWith(`OAI_CONFIG_LIST=${missing}`, byName), missing);
  await Deno.remove(folder, { recursive: true });
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

Deno.test("what is said of a value stays on one line, and short", () => {
  const error = assertThrows(
    () => readConfig({ PORT: `8\n000\u202e\x1b[2J${"0".repeat(1000)}` }),
    ConfigError,
  );
  assertMatch(error.message, /^PORT=8 000\[2J0+… is not a whole number$/);
  assertEquals(error.message.length < 200, true);
  assertMatch(
    assertThrows(
      () => readConfig({ ALLOWED_ORIGINS: "x".repeat(1000) }),
      ConfigError,
    ).message,
    /^ALLOWED_ORIGINS=x{99}… can't be used: 'x+…$/,
  );
});
