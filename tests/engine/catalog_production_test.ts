import { assert, assertEquals } from "@std/assert";

Deno.test("the real agents and tools are edited under the permissions of `deno task start`", async () => {
  const root = new URL(`file://${await Deno.makeTempDir()}/`);
  const project = new URL("../../", import.meta.url);
  await Deno.mkdir(new URL("lib/", root));
  for (const folder of ["lib/agents/", "lib/tools/"]) {
    await copy(new URL(folder, project), new URL(folder, root));
  }
  const module = (path: string) => new URL(path, project).href;
  await Deno.writeTextFile(
    new URL("main.ts", root),
    `import { CatalogSource } from "${module("lib/engine/catalog_source.ts")}";
    import { createLog } from "${module("lib/log.ts")}";
    const source = new CatalogSource(new URL("lib/", import.meta.url), createLog({}, () => {}));
    for await (const _ of Deno.stdin.readable) {
      const { agents, tools, faults } = await source.current();
      const answer = await tools.get("translate").execute({ text: "cheers", language: "French" });
      console.log(JSON.stringify({ agents: [...agents.keys()], tools: [...tools.keys()], faults, answer }));
    }`,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-lock",
      `--config=${import.meta.dirname}/../../deno.json`,
      "--allow-read",
      "--allow-net",
      "--allow-env",
      "--allow-sys=networkInterfaces",
      "main.ts",
    ],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const asking = child.stdin.getWriter();
  const answers = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const ask = async () => {
    await asking.write(new TextEncoder().encode("\n"));
    return JSON.parse((await answers.read()).value ?? "null");
  };
  try {
    const first = await ask();
    assertEquals(first.faults, []);
    assert(first.tools.includes("get_weather"));
    assert(first.agents.includes("weather"));
    assertEquals(first.answer, "“Cheers” in French is “santé”.");
    const book = new URL("lib/tools/translate/phrase_book.ts", root);
    const text = await Deno.readTextFile(book);
    await Deno.writeTextFile(book, text.replace("santé", "à la vôtre"));
    assertEquals((await ask()).answer, "“Cheers” in French is “à la vôtre”.");
    await Deno.writeTextFile(book, `${text}\nexport const = 1;`);
    const { answer, faults: [fault] } = await ask();
    assertEquals(answer, "“Cheers” in French is “à la vôtre”.");
    assertEquals(fault.file, "lib/tools/translate/phrase_book.ts");
    assertEquals(fault.line, text.split("\n").length + 1);
  } finally {
    await asking.close();
    await answers.cancel();
    await child.status;
    await Deno.remove(root, { recursive: true });
  }
});

async function copy(from: URL, to: URL): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) {
      await copy(new URL(`${name}/`, from), new URL(`${name}/`, to));
    } else await Deno.copyFile(new URL(name, from), new URL(name, to));
  }
}
