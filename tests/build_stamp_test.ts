import { assertEquals, assertRejects } from "@std/assert";
import { buildIfNeeded } from "../lib/build_stamp.ts";

/** A project of a few files, and how often it was built. */
async function withProject(
  test: (project: {
    root: URL;
    write: (file: string, text: string) => Promise<void>;
    /** Builds if needed; true where that was so. */
    built: () => Promise<boolean>;
  }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "parley-stamp-" });
  const root = new URL(`file://${folder}/`);
  const write = async (file: string, text: string) => {
    const path = new URL(file, root);
    await Deno.mkdir(new URL("./", path), { recursive: true });
    await Deno.writeTextFile(path, text);
  };
  const built = async () => {
    let made = false;
    await buildIfNeeded(root, async () => {
      made = true;
      await write("_fresh/server.js", "export default {};");
    });
    return made;
  };
  try {
    await write("main.ts", "export const app = 1;");
    await write("islands/Conversation.tsx", "export default () => null;");
    await write("static/a 100%.css", "a {}");
    await test({ root, write, built });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("what was built of the same sources is not built again", () =>
  withProject(async ({ write, built }) => {
    assertEquals([await built(), await built()], [true, false]);
    // The sources it was made of count, not when they were written.
    await write("main.ts", "export const app = 1;");
    await write("docs/notes.md", "Nothing is built of this.");
    await write("lib/tools/new.ts", "export default {};");
    assertEquals(await built(), false);
  }));

Deno.test("a file that changes, comes, goes or moves has it built anew", () =>
  withProject(async ({ root, write, built }) => {
    await built();
    for (
      const change of [
        () => write("main.ts", "export const app = 2;"),
        () => write("routes/api/new.ts", ""),
        () =>
          Deno.rename(
            new URL("routes/api/new.ts", root),
            new URL("routes/new.ts", root),
          ),
        () => Deno.remove(new URL("routes/new.ts", root)),
        () => Deno.remove(new URL("_fresh/server.js", root)),
        () => Deno.remove(new URL("_fresh", root), { recursive: true }),
      ]
    ) {
      await change();
      assertEquals([await built(), await built()], [true, false], `${change}`);
    }
  }));

Deno.test("a build that fails is none, even where its sources come back", () =>
  withProject(async ({ root, write, built }) => {
    await built();
    await write("main.ts", "export const app = ;");
    const fail = () => Promise.reject(new Error("Expected an expression"));
    await assertRejects(() => buildIfNeeded(root, fail), Error, "expression");
    await write("main.ts", "export const app = 1;");
    assertEquals(await built(), true);
  }));
