import { assertEquals, assertMatch } from "@std/assert";
import type { Catalog } from "../../lib/engine/catalog.ts";
import { CatalogSource } from "../../lib/engine/catalog_source.ts";

/** One look at a folder. */
async function loadCatalog(lib: URL): Promise<Catalog> {
  using source = new CatalogSource(lib, { info() {}, warn() {}, error() {} });
  return await source.current();
}

/** A folder with these files under `agents/` and `tools/`, gone after the test. */
async function withFiles(
  files: Record<string, string>,
  test: (lib: URL) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const lib = new URL(`file://${root}/`);
  try {
    for (const folder of ["agents", "tools"]) {
      await Deno.mkdir(new URL(folder, lib));
    }
    const parley = new URL("../../lib/parley.ts", import.meta.url).href;
    const zod = import.meta.resolve("zod");
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(
        new URL(name, lib),
        text.replace("PARLEY", parley).replace("ZOD", zod),
      );
    }
    await test(lib);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const TOOL = `import { defineTool } from "PARLEY"; import { z } from "ZOD";
export default defineTool({ description: "d", parameters: z.object({}), execute: () => "x" });`;
const agent = (tools: string[]) =>
  `import { defineAgent } from "PARLEY";
export default defineAgent({ title: "T", instructions: "i", tools: ${
    JSON.stringify(tools)
  } });`;

Deno.test("agents and tools are found by their files", async () => {
  await withFiles({
    "tools/look_up.ts": TOOL,
    "agents/b.ts": agent(["look_up"]),
    "agents/a.ts": agent([]),
    "agents/notes.md": "no module",
  }, async (lib) => {
    const catalog = await loadCatalog(lib);
    assertEquals([...catalog.agents.keys()], ["a", "b"]);
    assertEquals([...catalog.tools.keys()], ["look_up"]);
    assertEquals(catalog.faults, []);
  });
});

Deno.test("a file that can't be used is named with its fault, the others work", async () => {
  await withFiles({
    "tools/good.ts": TOOL,
    "tools/broken.ts": "export default {{{",
    "tools/empty.ts": "export const x = 1;",
    "tools/bad name.ts": TOOL,
    "tools/wrong.ts":
      `import { defineTool } from "PARLEY"; import { z } from "ZOD";
export default defineTool({ description: "", parameters: z.object({}), execute: () => 1 });`,
    "tools/typo.ts":
      `import { defineTool } from "PARLEY"; import { z } from "ZOD";
export default defineTool({ description: "d", parameters: z.object({ city: z.string() }),
  examples: { phrases: ["weather in {town}"] }, execute: () => 1 });`,
    "agents/lost.ts": agent(["good", "missing"]),
    "agents/fine.ts": agent(["good"]),
  }, async (lib) => {
    const { agents, tools, faults } = await loadCatalog(lib);
    assertEquals([...agents.keys()], ["fine"]);
    assertEquals([...tools.keys()], ["good"]);
    const reason = (file: string) =>
      faults.find((fault) => fault.file === file)?.reason ?? "";
    assertMatch(reason("lib/tools/broken.ts"), /^SyntaxError: Unexpected/);
    assertMatch(reason("lib/tools/empty.ts"), /export default defineTool/);
    assertMatch(reason("lib/tools/bad name.ts"), /letters, digits/);
    assertMatch(reason("lib/tools/wrong.ts"), /description/);
    assertMatch(reason("lib/tools/typo.ts"), /'town'.*it has city/);
    assertMatch(reason("lib/agents/lost.ts"), /missing/);
    assertEquals(faults.length, 6);
  });
});

Deno.test("a fault tells the place and the reason, without URLs", async () => {
  const cases: Record<string, [text: string, line?: number, reason?: RegExp]> =
    {
      "syntax.ts": [`const a = 1;\nconst = 2;`, 2, /^SyntaxError: Unexpected/],
      "unterminated.ts": [`\n\nexport default "a`, 3, /Unterminated string/],
      "twice.ts": [
        `const a = 1;\nconst a = 2;`,
        2,
        /^Identifier 'a' has already been declared$/,
      ],
      "bare.ts": [
        `\nimport "nonesuch";`,
        2,
        /^(?:Import|Module not found) "[^:]*nonesuch"/,
      ],
      "absent.ts": [
        `\nimport "./absent/x.ts";`,
        2,
        /^Module not found "lib\/tools\/absent\/x\.ts"/,
      ],
      "outside.ts": [
        `import "../../outside.ts";`,
        1,
        /^Module not found "outside\.ts"/,
      ],
      "no_export.ts": [
        `import { x } from "./helpers/empty.ts"; x;`,
        1,
        /does not provide an export named 'x'$/,
      ],
      "types.ts": [
        `interface A {\n  b: string;\n}\nexport default (undefined as unknown as A).b;`,
        4,
        /^Cannot read properties of undefined/,
      ],
      "deep_call.ts": [
        `const parse = () => JSON.parse("{");\nparse();`,
        1,
        /JSON at position 1/,
      ],
      "text.ts": [`throw "Just text";`, undefined, /^Just text$/],
      "nothing.ts": [`throw undefined;`, undefined, /^undefined$/],
      "speechless.ts": [`\nthrow new RangeError();`, 2, /^RangeError$/],
      "long.ts": [
        `throw new Error("a\\n  b".repeat(500));`,
        1,
        /^a ba b.{294}…$/,
      ],
      "wordy.ts": [
        `import { defineTool } from "PARLEY";\n\ndefineTool({ description: "" });`,
        3,
        /^A tool needs a description/,
      ],
    };
  const files = Object.entries(cases).map(([name, [text]]) =>
    [`tools/${name}`, text] as const
  );
  await withFiles(Object.fromEntries(files), async (lib) => {
    await Deno.mkdir(new URL("tools/helpers", lib));
    await Deno.writeTextFile(new URL("tools/helpers/empty.ts", lib), "");
    const { faults } = await loadCatalog(lib);
    for (const [name, [, line, reason = /./]] of Object.entries(cases)) {
      const fault = faults.find(({ file }) => file === `lib/tools/${name}`);
      assertEquals(fault?.line, line, name);
      assertMatch(fault?.reason ?? "", reason, name);
    }
    assertEquals(faults.length, files.length);
  });
});

Deno.test("two files can't give one name", async () => {
  await withFiles({
    "tools/a.ts": TOOL,
    "tools/a.tsx": TOOL,
  }, async (lib) => {
    const { tools, faults } = await loadCatalog(lib);
    assertEquals([...tools.keys()], ["a"]);
    assertEquals(faults, [{
      file: "lib/tools/a.tsx",
      reason: "lib/tools/a.ts has this name already",
    }]);
  });
});

Deno.test("an agent that hands over to nobody has a fault, and stays in use", async () => {
  const host = (to: string) =>
    agent([]).replace("tools", `handoffs: ["${to}"], tools`);
  await withFiles({
    "agents/a.ts": host("b"),
    "agents/b.ts": host("nobody"),
  }, async (lib) => {
    const { agents, faults } = await loadCatalog(lib);
    assertEquals([...agents.keys()], ["a", "b"]);
    const reason = "It names agents that are not there: nobody";
    assertEquals(faults, [{ file: "lib/agents/b.ts", line: 2, reason }]);
  });
});
