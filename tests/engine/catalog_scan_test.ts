import {
  assertEquals,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { shareRuns } from "../../lib/engine/catalog_sharing.ts";
import { CatalogSource } from "../../lib/engine/catalog_source.ts";
import { ModuleScan } from "../../lib/engine/module_scan.ts";
import { createLog } from "../../lib/log.ts";

/** A `lib/` folder with these files, gone after the test. */
async function withFiles(
  files: Record<string, string>,
  test: (lib: URL, write: typeof Deno.writeTextFile) => Promise<void>,
): Promise<void> {
  const lib = new URL(`file://${await Deno.makeTempDir()}/`);
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = new URL(name, lib);
      await Deno.mkdir(new URL("./", file), { recursive: true });
      await Deno.writeTextFile(file, text);
    }
    await test(
      lib,
      (name, text) => Deno.writeTextFile(new URL(String(name), lib), text),
    );
  } finally {
    await Deno.remove(lib, { recursive: true });
  }
}

const TOOL = (description: string) =>
  `import { defineTool } from "parley";
import { z } from "zod";
export default defineTool({ description: "${description}", parameters: z.object({}), execute: () => "" });`;

Deno.test("a scan finds modules at any depth, and what became of them since", async () => {
  await withFiles({
    "tools/a.ts": "1",
    "tools/deep/deeper/b.json": "1",
    [`tools/deep/${encodeURIComponent("100% #1?.ts")}`]: "1",
    "tools/deep/notes.md": "1",
    "tools/.git/c.ts": "1",
    "tools/node_modules/d.ts": "1",
  }, async (lib, write) => {
    const tools = new URL("tools/", lib);
    const scan = new ModuleScan([tools, new URL("missing/", lib)]);
    const names = (urls: Iterable<string>) =>
      [...urls].map((url) => url.slice(tools.href.length)).sort();
    const all = ["a.ts", "deep/100%25%20%231%3F.ts", "deep/deeper/b.json"];
    const first = await scan.run();
    assertEquals([names(first.files), names(first.changed)], [all, all]);
    assertEquals((await scan.run()).changed.size, 0);

    await write("tools/deep/deeper/b.json", "2");
    await Deno.remove(new URL("a.ts", tools));
    await Deno.symlink("deep/notes.md", new URL("linked.ts", tools));
    const { changed } = await scan.run();
    assertEquals(names(changed), ["a.ts", "deep/deeper/b.json", "linked.ts"]);
  });
});

Deno.test("the same content saved again is no change; another of the same time is", async () => {
  await withFiles({ "tools/a.ts": "one" }, async (lib, write) => {
    const scan = new ModuleScan([new URL("tools/", lib)]);
    await scan.run();
    const file = new URL("tools/a.ts", lib);
    const { mtime } = await Deno.stat(file);
    await write("tools/a.ts", "one");
    await Deno.utime(file, 1_800_000_000, 1_800_000_000);
    assertEquals((await scan.run()).changed.size, 0);

    await write("tools/a.ts", "longer");
    await Deno.utime(file, mtime!, mtime!);
    assertEquals([...(await scan.run()).changed], [file.href]);
  });
});

Deno.test("calls that come at once share a run, a later one gets the next", async () => {
  const runs: PromiseWithResolvers<number>[] = [];
  const shared = shareRuns(() => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return run.promise;
  });
  const early = Promise.all([shared(), shared(), shared()]);
  await Promise.resolve();
  assertEquals(runs.length, 1);
  const late = Promise.all([shared(), shared()]);
  runs[0]!.resolve(1);
  assertEquals(await early, [1, 1, 1]);
  runs[1]!.reject(new Error("No"));
  await assertRejects(() => late, Error, "No");
  const last = shared();
  await Promise.resolve();
  runs[2]!.resolve(3);
  assertEquals(await last, 3);
});

Deno.test("twenty conversations at once cost one scan; without an edit they get one catalog", async () => {
  await withFiles({
    "tools/a.ts": TOOL("1"),
    "agents/notes.md": "no agent yet",
  }, async (lib, write) => {
    using source = new CatalogSource(lib, createLog({}, () => {}));
    const readDir = Deno.readDir;
    let looks = 0;
    Deno.readDir = (path) => (looks++, readDir(path));
    try {
      const catalogs = await Promise.all(
        Array.from({ length: 20 }, () => source.current()),
      );
      assertEquals([new Set(catalogs).size, looks], [1, 2]);
      assertStrictEquals(await source.current(), catalogs[0]);
      await write("tools/a.ts", TOOL("two"));
      const later = await source.current();
      assertNotStrictEquals(later, catalogs[0]);
      assertEquals(later.tools.get("a")?.description, "two");
    } finally {
      Deno.readDir = readDir;
    }
  });
});

Deno.test("a look that fails changes nothing", async () => {
  await withFiles({ "tools/a.ts": TOOL("1") }, async (lib, write) => {
    const lines: string[] = [];
    using source = new CatalogSource(
      lib,
      createLog({}, (line) => void lines.push(line)),
    );
    const first = await source.current();
    const readDir = Deno.readDir;
    Deno.readDir = () => {
      throw new Deno.errors.PermissionDenied("Too many open files");
    };
    try {
      assertStrictEquals(await source.current(), first);
    } finally {
      Deno.readDir = readDir;
    }
    assertEquals(lines.length, 1);
    await write("tools/a.ts", TOOL("two"));
    const { tools } = await source.current();
    assertEquals(tools.get("a")?.description, "two");
  });
});
