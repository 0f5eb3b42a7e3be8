import { assert, assertEquals } from "@std/assert";
import { ScriptedPage } from "../../bench/support/scripted_page.ts";
import { ScriptedPeer } from "../../bench/support/scripted_peer.ts";
import { freePort } from "../support/app.ts";
import { copyProject } from "../support/project_copy.ts";
import { startGroup } from "../support/process_group.ts";

/** How long a server may take to listen, and to end, in ms. */
const START_MS = 30_000;
const END_MS = 5_000;

/**
 * What is served as on Deno Deploy: no file can be written, no other program run,
 * all settings come from the environment, and the database is the platform's own.
 */
async function startInstance(root: URL, env: Record<string, string>) {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const instance = startGroup([
    "run",
    "--cached-only",
    "--no-prompt",
    "--allow-read",
    "--allow-net",
    "--allow-env",
    "main.ts",
  ], {
    cwd: root,
    env: {
      DENO_DEPLOYMENT_ID: "test",
      KV_PATH: "",
      HOST: "127.0.0.1",
      PORT: String(port),
      NO_COLOR: "1",
      DRAIN_SECONDS: "0",
      ...env,
    },
  });
  const tooLate = setTimeout(() => instance.end(END_MS), START_MS);
  const listens = await instance.hasWritten(url);
  clearTimeout(tooLate);
  assert(listens, instance.logs());
  return {
    url,
    logs: instance.logs,
    kill: instance.kill,
    [Symbol.asyncDispose]: () => instance.end(END_MS),
  };
}

Deno.test("under Deno Deploy's constraints a conversation goes on in another instance on the same database", async () => {
  await using project = await copyProject();
  const { root } = project;
  const built = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "build"],
    cwd: root,
  }).output();
  assertEquals(built.code, 0);
  await using peer = new ScriptedPeer();
  const env = {
    REALTIME_PROVIDER: "openai",
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: `${peer.origin}/v1`,
    WEATHER_GEOCODING_URL: `${peer.origin}/weather/search`,
    WEATHER_FORECAST_URL: `${peer.origin}/weather/forecast`,
  };
  const first = await startInstance(root, env);
  await using second = await startInstance(root, env);
  const page = await ScriptedPage.open(first.url, {
    comeBack: () => second.url,
  });
  await page.heard(1);
  await page.say("call 1");
  assertEquals(page.tools.at(-1)?.status, "completed");
  await first.kill();
  await page.until("return", () => page.resumed === 1 && page.stands);
  await page.say("Can you hear me?");
  await page.stop();
  assertEquals(page.ended?.code, "stopped");
  assertEquals(page.errors, []);

  // Both have written to the one database, and nowhere else.
  const path = `${second.url}/api/conversations/${page.id}`;
  const { turns } = await (await fetch(path)).json();
  const texts = turns.map(({ text, name }: Record<string, string>) =>
    text ?? name
  );
  assert(texts.includes("call 1") && texts.includes("get_weather"));
  assert(texts.includes("Can you hear me?"));
  for (const { logs } of [first, second]) {
    assertEquals(/"level":"(?:warn|error)"/.test(logs()), false, logs());
  }
});
