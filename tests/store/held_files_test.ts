import { assert, assertEquals, assertThrows } from "@std/assert";
import { HeldFiles } from "../../lib/store/held_files.ts";

async function withFolder(
  test: (folder: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "parley-held-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("the longest unused file is closed, and opened again when needed", () =>
  withFolder((folder) => {
    using files = new HeldFiles(2);
    const [a, b, c] = ["a", "b", "c"].map((name) => `${folder}/${name}`);
    const first = files.open(a!);
    first.writeSync(bytes("1"));
    files.open(b!).writeSync(bytes("1"));
    assertEquals(files.open(a!), first);
    files.open(c!);
    assertEquals(files.held(b!), undefined);
    assertEquals(files.held(a!), first);
    files.open(b!).writeSync(bytes("2"));
    assertEquals(Deno.readTextFileSync(b!), "12");
    assertThrows(() => first.writeSync(bytes("2")), Deno.errors.BadResource);
  }));

Deno.test("a file is prepared once, and held until it is closed", () =>
  withFolder(async (folder) => {
    using files = new HeldFiles();
    const path = `${folder}/a`;
    assertEquals(files.held(path), undefined);
    await Promise.all([files.prepare(path), files.prepare(path)]);
    const file = files.held(path);
    assert(file !== undefined);
    assertEquals(files.open(path), file);
    files.close(path);
    assertEquals(files.held(path), undefined);
  }));
