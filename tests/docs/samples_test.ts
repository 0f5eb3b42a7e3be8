import { assert, assertEquals, assertMatch } from "@std/assert";
import { blocksOf, DOCS, pages, ROOT } from "./pages.ts";

/** Names a sample's file, and a part of it: `file=samples/first.ts#name`; in the README `file=docs/samples/…`. */
const SAMPLE = /^file=((?:docs\/)?samples\/[\w/]+\.ts)(?:#(\w+))?$/;

/** The part of a sample that a page shows: all of it, or what a region holds. */
function partOf(sample: string, region: string | undefined): string {
  if (region === undefined) return sample;
  const [, part] = new RegExp(
    `^ *// #region ${region}\\n([\\s\\S]*?)\\n *// #endregion$`,
    "m",
  ).exec(sample) ?? [];
  if (part === undefined) throw new Error(`There is no region '${region}'`);
  const lines = part.split("\n");
  const depths = lines.filter((line) => line.trim() !== "")
    .map((line) => line.search(/\S/));
  const depth = Math.min(...depths);
  return lines.map((line) => `${line.slice(depth)}\n`).join("");
}

/** The sample files there are, below `docs/`. */
function sampleFiles(folder = "samples"): string[] {
  return [...Deno.readDirSync(new URL(folder, DOCS))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory ? sampleFiles(path) : [path];
  });
}

Deno.test("every sample of TypeScript in the documentation and the README is what its file holds", async () => {
  const shown = new Set<string>();
  for (const { file, text } of await pages({ readme: true })) {
    for (const { language, info, code } of blocksOf(text)) {
      if (!/^(?:ts|tsx|typescript|js|jsx|javascript)$/.test(language)) continue;
      assertMatch(info, SAMPLE, `${file}: ${code.slice(0, 60)}`);
      const [, path = "", region] = SAMPLE.exec(info)!;
      const sample = await Deno.readTextFile(
        new URL(path, new URL(file, ROOT)),
      );
      assertEquals(code, partOf(sample, region), `${file}: ${info}`);
      shown.add(path.replace(/^docs\//, ""));
    }
  }
  assertEquals([...shown].toSorted(), sampleFiles().toSorted());
});

Deno.test("a part of a sample is told by its region, without its indentation", () => {
  const sample =
    "a\n  // #region one\n  b {\n    c\n\n  }\n  // #endregion\nd\n";
  assertEquals(partOf(sample, "one"), "b {\n  c\n\n}\n");
  assertEquals(partOf(sample, undefined), sample);
  let message = "";
  try {
    partOf(sample, "two");
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(message, "There is no region 'two'");
});

Deno.test("blocks of code are found, whatever stands around them", () => {
  const text = "a\n\n- b:\n\n  ```sh\n  c\n  ```\n\n```ts file=x\nd\n```\n";
  const blocks = blocksOf(text);
  assertEquals(blocks.map(({ language }) => language), ["sh", "ts"]);
  assert(blocks[0]!.code.includes("c"));
  assertEquals(blocks[1], { language: "ts", info: "file=x", code: "d\n" });
});
