import { assertEquals, assertMatch } from "@std/assert";
import { loadCatalog } from "../../lib/engine/catalog.ts";

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
    assertMatch(reason("lib/tools/broken.ts"), /broken\.ts:1/);
    assertMatch(reason("lib/tools/empty.ts"), /export default defineTool/);
    assertMatch(reason("lib/tools/bad name.ts"), /letters, digits/);
    assertMatch(reason("lib/tools/wrong.ts"), /description/);
    assertMatch(reason("lib/tools/typo.ts"), /'town'.*it has city/);
    assertMatch(reason("lib/agents/lost.ts"), /missing/);
    assertEquals(faults.length, 6);
  });
});
