import { assert, assertEquals, assertMatch } from "@std/assert";
import { Builder } from "fresh/dev";
import { esbuildGone } from "../support/esbuild_exit.ts";
import { scriptsOf } from "./fixture_app.ts";

const root = `${import.meta.dirname}/fixture`;

async function build(outDir: string): Promise<void> {
  await new Builder({ root, outDir }).build();
  await esbuildGone();
}

/** The address that `deno serve` announces on its standard error. */
async function addressOf(process: Deno.ChildProcess): Promise<string> {
  let output = "";
  const chunks = process.stderr.pipeThrough(new TextDecoderStream());
  for await (const chunk of chunks) {
    output += chunk;
    const url = /Listening on (http:\S+?)\/\s/.exec(output)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`The server did not start: ${output}`);
}

Deno.test("A build on disk runs with few permissions", async () => {
  const outDir = `_fresh/test-${crypto.randomUUID()}`;
  await build(outDir);
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "serve",
      "--allow-read=.",
      "--host=127.0.0.1",
      "--port=0",
      `${outDir}/server.js`,
    ],
    cwd: root,
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  try {
    const url = await addressOf(process);
    const html = await (await fetch(`${url}/counters`)).text();
    const scripts = scriptsOf(html);
    assertEquals(scripts.length, 2);
    for (const path of scripts) {
      const script = await fetch(url + path);
      assertEquals(script.status, 200);
      assertMatch(script.headers.get("cache-control")!, /immutable/);
      assert((await script.text()).length > 50);
    }
    assertMatch(await (await fetch(`${url}/logo.svg`)).text(), /^<svg/);
  } finally {
    process.kill();
    await process.status;
    await Deno.remove(`${root}/${outDir}`, { recursive: true });
  }
});

Deno.test("The same sources make the same build", async () => {
  const builds = await Promise.all([1, 2].map(async () => {
    const outDir = `_fresh/test-${crypto.randomUUID()}`;
    await build(outDir);
    const server = await Deno.readTextFile(`${root}/${outDir}/server.js`);
    await Deno.remove(`${root}/${outDir}`, { recursive: true });
    return server.replaceAll(outDir, "");
  }));
  assertEquals(builds[0], builds[1]);
});
