import { assert, assertEquals, assertMatch } from "@std/assert";
import { Typist } from "../store/typist.ts";
import { freePort } from "../support/app.ts";
import { copyProject } from "../support/project_copy.ts";

const ROOT = new URL("../../", import.meta.url);

/** How long a packed server may take until it is well, in ms. */
const START_MS = 60_000;

async function run(command: string, args: string[], cwd: URL | string = ROOT) {
  try {
    const { code, stdout, stderr } = await new Deno.Command(command, {
      args,
      cwd,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { code: 127, said: error.message };
  }
}

/** Whether there is a container engine, and not only its command. */
const hasEngine = (await run("docker", ["info"])).code === 0;

/** Whether Deno has, or can load, what it packs programs with. */
async function canCompile(): Promise<boolean> {
  const folder = await Deno.makeTempDir({ prefix: "parley-compile-" });
  try {
    await Deno.writeTextFile(`${folder}/a.ts`, "");
    const args = ["compile", "--output", "a", "a.ts"];
    return (await run(Deno.execPath(), args, folder)).code === 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until a server is well, and has a conversation with its embedded peer. */
async function converse(url: string): Promise<void> {
  const until = performance.now() + START_MS;
  while (true) {
    try {
      const response = await fetch(`${url}/api/status`);
      assertEquals((await response.json()).status, "ok");
      break;
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const typist = await Typist.start(
    { url } as Parameters<typeof Typist.start>[0],
  );
  await typist.ask("Who are you?", "I am the weather bot.");
  await typist.stop();
}

Deno.test({
  name: "the container image is built, becomes healthy and talks",
  ignore: !hasEngine,
  async fn() {
    const port = freePort();
    const name = `parley-test-${port}`;
    const built = await run("docker", ["build", "-t", name, "."]);
    assertEquals(built.code, 0, built.said);
    const started = await run("docker", [
      "run",
      "--detach",
      "--rm",
      `--name=${name}`,
      `--publish=127.0.0.1:${port}:8000`,
      name,
    ]);
    assertEquals(started.code, 0, started.said);
    try {
      await converse(`http://127.0.0.1:${port}`);
    } finally {
      await run("docker", ["stop", name]);
      await run("docker", ["rmi", name]);
    }
  },
});

Deno.test({
  name: "the compiled program starts where nothing else is, and talks",
  ignore: !await canCompile(),
  async fn() {
    await using project = await copyProject();
    const { code, said } = await run(
      Deno.execPath(),
      ["task", "compile"],
      project.root,
    );
    assertEquals(code, 0, said);
    const folder = await Deno.makeTempDir({ prefix: "parley-compiled-" });
    const port = freePort();
    await using child = new Deno.Command(
      new URL("dist/parley", project.root),
      {
        cwd: folder,
        clearEnv: true,
        env: { PORT: String(port), REALTIME_PROVIDER: "local" },
        stdout: "null",
        stderr: "null",
      },
    ).spawn();
    await converse(`http://127.0.0.1:${port}`);
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("the image and the compiled program have the permissions of the task that starts", async () => {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const image = await Deno.readTextFile(new URL("Dockerfile", ROOT));
  const flags = (text: string) =>
    text.match(/--(?:allow|v8)-[^\s",\\]+/g)!
      .map((flag) => flag.replace(/(allow-write)=.*/, "$1")).sort();
  // The first program of `start` only asks what may be written.
  const start = flags(tasks.start.command.replace(/\$\([^)]*\)/, ""));
  assert(start.includes("--allow-net"));
  assertEquals(flags(image.slice(image.lastIndexOf("CMD ["))), start);
  assertEquals(flags(tasks.compile.command), start);
  assertMatch(image, /--allow-write=data"/);
  const version = /FROM denoland\/deno:(\S+)/.exec(image)![1];
  const ci = await Deno.readTextFile(new URL(".ci/run", ROOT));
  assert(ci.includes(`deno@${version} `), `CI does not run Deno ${version}`);
});
