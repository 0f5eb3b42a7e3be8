import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Catalog } from "../../lib/engine/catalog.ts";
import { CatalogSource } from "../../lib/engine/catalog_source.ts";
import { createLog } from "../../lib/log.ts";
import { FakeClock, settle } from "parley/testing";

/** A `lib/` folder that is edited while a source looks at it. */
class LibFolder implements AsyncDisposable {
  readonly lib: URL;
  readonly lines: { level: string; message: string }[] = [];
  readonly clock = new FakeClock();
  readonly source: CatalogSource;
  #edits = 0;

  constructor(files: Record<string, string>) {
    this.lib = new URL(`file://${Deno.makeTempDirSync()}/`);
    for (const folder of ["agents", "tools/deep/deeper"]) {
      Deno.mkdirSync(new URL(folder, this.lib), { recursive: true });
    }
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    const log = createLog({}, (line) => void this.lines.push(JSON.parse(line)));
    this.source = new CatalogSource(this.lib, log, { clock: this.clock });
  }

  /** Saves a file, at a time of its own: two saves may happen in one millisecond. */
  write(name: string, text: string): void {
    Deno.writeTextFileSync(new URL(name, this.lib), text);
    const time = 1_700_000_000 + ++this.#edits;
    Deno.utimeSync(new URL(name, this.lib), time, time);
  }

  remove(name: string): void {
    Deno.removeSync(new URL(name, this.lib));
  }

  /** Lines logged since the last call, without those that only list changed files. */
  logged(): string[] {
    return this.lines.splice(0)
      .filter(({ message }) => message !== "Agents and tools changed")
      .map(({ level, message }) => `${level} ${message}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.source[Symbol.dispose]();
    await Deno.remove(this.lib, { recursive: true });
  }
}

/** A tool that tells by its description which version it is; may take it from elsewhere. */
const tool = (description: string, imports = "") =>
  `import { defineTool } from "parley";
import { z } from "zod";
${imports}
export default defineTool({
  description: ${description},
  parameters: z.object({}),
  execute: () => "done",
});`;

const agent = (title: string, tools: string[] = []) =>
  `import { defineAgent } from "parley";
export default defineAgent({
  title: "${title}",
  instructions: "i",
  tools: ${JSON.stringify(tools)},
});`;

const versions = ({ tools }: Catalog) =>
  Object.fromEntries([...tools].map(([name, it]) => [name, it.description]));
const titles = ({ agents }: Catalog) =>
  Object.fromEntries([...agents].map(([name, it]) => [name, it.title]));

Deno.test("an edited, added, removed or renamed file counts from the next look", async () => {
  await using folder = new LibFolder({
    "tools/a.ts": tool(`"a1"`),
    "agents/bot.ts": agent("Bot 1", ["a"]),
  });
  const { source } = folder;
  const first = await source.current();
  assertEquals([versions(first), titles(first)], [{ a: "a1" }, {
    bot: "Bot 1",
  }]);

  folder.write("tools/a.ts", tool(`"a2"`));
  folder.write("tools/b.ts", tool(`"b1"`));
  folder.write("agents/bot.ts", agent("Bot 2", ["a", "b"]));
  const second = await source.current();
  assertEquals(versions(second), { a: "a2", b: "b1" });
  assertEquals(titles(second), { bot: "Bot 2" });

  folder.write("agents/bot.ts", agent("Bot 3", ["a"]));
  await Deno.rename(
    new URL("tools/b.ts", folder.lib),
    new URL("tools/c.ts", folder.lib),
  );
  const third = await source.current();
  assertEquals(versions(third), { a: "a2", c: "b1" });

  folder.remove("tools/c.ts");
  folder.remove("agents/bot.ts");
  const fourth = await source.current();
  assertEquals([versions(fourth), titles(fourth)], [{ a: "a2" }, {}]);

  // What a conversation started with is as it was.
  assertEquals([versions(first), titles(first)], [{ a: "a1" }, {
    bot: "Bot 1",
  }]);
  assertEquals(folder.logged(), []);
});

Deno.test("an edit deep inside what a tool imports reloads those that import it, no others", async () => {
  await using folder = new LibFolder({
    "tools/a.ts": tool("mid", `import { mid } from "./deep/mid.ts";`),
    "tools/b.ts": tool("mid", `import { mid } from "./deep/mid.ts";`),
    "tools/lazy.ts": tool(
      "low",
      `const { low } = await import("./deep/deeper/low.ts");`,
    ),
    "tools/other.ts": tool("same", `import { same } from "./deep/same.ts";`),
    "tools/table.ts": tool(
      "table.word",
      `import table from "./deep/table.json" with { type: "json" };`,
    ),
    "tools/deep/mid.ts": `import { low } from "./deeper/low.ts";
      import { same } from "./same.ts";
      export const mid: string = low + " " + same;`,
    "tools/deep/deeper/low.ts": `export const low: string = "low1";`,
    "tools/deep/same.ts": `export const same: string = crypto.randomUUID();`,
    "tools/deep/table.json": `{"word":"word1"}`,
  });
  const { source } = folder;
  const first = await source.current();
  const same = versions(first).other ?? "";
  assertEquals(first.tools.get("a")?.description, `low1 ${same}`);

  folder.write(
    "tools/deep/deeper/low.ts",
    `export const low: string = "low2";`,
  );
  folder.write("tools/deep/table.json", `{"word":"word2"}`);
  const second = await source.current();
  assertEquals(versions(second), {
    a: `low2 ${same}`,
    b: `low2 ${same}`,
    lazy: "low2",
    other: same,
    table: "word2",
  });
  assertStrictEquals(second.tools.get("other"), first.tools.get("other"));
});

Deno.test("what a tool imports only when it runs is of the day, too", async () => {
  await using folder = new LibFolder({
    "tools/a.ts": tool(`"a"`).replace(
      `"done"`,
      `import("./deep/late.ts").then(({ late }) => late)`,
    ),
    "tools/deep/late.ts": `export const late = 1;`,
  });
  const run = async () => {
    const { tools } = await folder.source.current();
    const { execute } = tools.get("a")!;
    return await execute({}, undefined!);
  };
  assertEquals(await run(), 1);
  folder.write("tools/deep/late.ts", `export const late = 2;`);
  assertEquals(await run(), 2);
  assertEquals(await run(), 2);
});

Deno.test("a broken edit keeps the last good version, is told once, and its mending too", async () => {
  await using folder = new LibFolder({ "tools/a.ts": tool(`"a1"`) });
  const { source } = folder;
  const first = await source.current();

  folder.write("tools/a.ts", tool(`"a2"`, "\nconst oops = ;"));
  const broken = await source.current();
  assertStrictEquals(broken.tools.get("a"), first.tools.get("a"));
  const [fault, ...more] = broken.faults;
  assertEquals([fault?.file, fault?.line, more], ["lib/tools/a.ts", 4, []]);
  assertEquals(folder.logged(), ["error lib/tools/a.ts:4 can't be used"]);
  await source.current();

  folder.write("tools/a.ts", tool(`"a3"`, "\n\nthrow new Error('No key');"));
  const { tools, faults } = await source.current();
  assertEquals(tools.get("a")?.description, "a1");
  assertEquals(faults, [
    { file: "lib/tools/a.ts", line: 5, reason: "No key" },
  ]);
  assertEquals(folder.logged(), ["error lib/tools/a.ts:5 can't be used"]);

  folder.write("tools/a.ts", tool(`"a4"`));
  const mended = await source.current();
  assertEquals([versions(mended), mended.faults], [{ a: "a4" }, []]);
  assertEquals(folder.logged(), ["info lib/tools/a.ts has no fault any more"]);
});

Deno.test("a fault in what several tools import is named once, where it is", async () => {
  const imports = `import { low } from "./deep/low.ts";`;
  await using folder = new LibFolder({
    "tools/a.ts": tool("low", imports),
    "tools/b.ts": tool("low", imports),
    "tools/deep/low.ts": `export const low = "1";`,
  });
  const { source } = folder;
  await source.current();
  folder.write("tools/deep/low.ts", `\n\nexport const low = ;`);
  const broken = await source.current();
  assertEquals(versions(broken), { a: "1", b: "1" });
  assertEquals(
    broken.faults.map(({ file, line }) => [file, line]),
    [["lib/tools/deep/low.ts", 3]],
  );
  folder.write("tools/deep/low.ts", `export const low = "2";`);
  assertEquals(versions(await source.current()), { a: "2", b: "2" });

  folder.remove("tools/deep/low.ts");
  const gone = await source.current();
  assertEquals(versions(gone), { a: "2", b: "2" });
  assertEquals(
    gone.faults,
    ["a", "b"].map((name) => ({
      file: `lib/tools/${name}.ts`,
      line: 3,
      reason: `Module not found "lib/tools/deep/low.ts".`,
    })),
  );
});

Deno.test("what was broken or missing at the start works once it is mended", async () => {
  await using folder = new LibFolder({
    "tools/a.ts": tool("low", `import { low } from "./deep/low.ts";`),
    "tools/b.ts": tool("gone", `import { gone } from "./deep/gone.ts";`),
    "tools/deep/low.ts": `export const low = ;`,
  });
  const { source } = folder;
  assertEquals(versions(await source.current()), {});
  folder.write("tools/deep/low.ts", `export const low = "low";`);
  folder.write("tools/deep/gone.ts", `export const gone = "here";`);
  const { tools, faults } = await source.current();
  assertEquals([tools.size, faults], [2, []]);
});

Deno.test("an agent that names a missing tool has a fault; its last good version needs its tools", async () => {
  await using folder = new LibFolder({
    "tools/a.ts": tool(`"a1"`),
    "agents/bot.ts": agent("Good", ["a"]),
  });
  const { source } = folder;
  await source.current();
  folder.write("agents/bot.ts", agent("Bad", ["a", "nonesuch"]));
  const bad = await source.current();
  assertEquals(titles(bad), { bot: "Good" });
  const reason = "It names tools that are not there: nonesuch";
  assertEquals(bad.faults, [{ file: "lib/agents/bot.ts", line: 5, reason }]);

  folder.remove("tools/a.ts");
  assertEquals(titles(await source.current()), {});

  folder.write("tools/a.ts", tool(`"a2"`));
  folder.write("tools/nonesuch.ts", tool(`"n"`));
  const complete = await source.current();
  assertEquals([titles(complete), complete.faults], [{ bot: "Bad" }, []]);
});

Deno.test("a module that never finishes loading is given up after 5 s", async () => {
  await using folder = new LibFolder({
    "tools/a.ts": tool(`"a1"`),
    "tools/b.ts": tool(`"b1"`),
  });
  const { source, clock } = folder;
  await source.current();
  // It is released in the end: with nothing left to do, Deno takes such a wait
  // for the end of the program.
  const hung = Promise.withResolvers<void>();
  Object.assign(globalThis, { hung: hung.promise });
  folder.write("tools/a.ts", tool(`"a2"`, "await globalThis.hung;"));
  folder.write("tools/b.ts", tool(`"b2"`));
  const looking = source.current();
  while (clock.pending === 0) await settle();
  // The other one's timer goes when it has loaded.
  while (clock.pending > 1) await settle();
  await clock.advance(5_000);
  const { faults, ...catalog } = await looking;
  assertEquals(versions({ faults, ...catalog }), { a: "a1", b: "b2" });
  const reason = "It did not finish loading within 5 s";
  assertEquals(faults, [{ file: "lib/tools/a.ts", reason }]);
  assertEquals(clock.pending, 0);

  // It is not waited for again, unless something changed.
  await source.current();
  folder.write("tools/a.ts", tool(`"a3"`));
  assertEquals(versions(await source.current()), { a: "a3", b: "b2" });

  // What comes after all is not taken.
  hung.resolve();
  await settle();
  assertEquals(versions(await source.current()), { a: "a3", b: "b2" });
});
