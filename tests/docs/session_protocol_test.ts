import { assert, assertEquals } from "@std/assert";
import { pageNamed, ROOT } from "./pages.ts";

const source = (file: string) => Deno.readTextFile(new URL(file, ROOT));

/** The envelope, with what a function of it makes as if it stood outside. */
async function envelopeSource(): Promise<string> {
  return (await source("lib/session/envelope.ts")).replace(
    /^function makeBrowserFrame[\s\S]*?^}/m,
    (code) =>
      code.replace(/^ {2}/gm, "").replace(
        "return z.",
        "const browserFrame = z.",
      ),
  );
}

/** The words in quotes that a pattern's first group finds. */
function wordsIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, found]) =>
    [...found!.matchAll(/"([a-z\d_]+)"/g)].map(([, word]) => word!)
  );
}

/** The rows of the table below a heading: its first column, and all of it. */
function rowsBelow(page: string, heading: string): Map<string, string> {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const rows = section.split("\n## ")[0]!.matchAll(/^\| `([a-z_]+)` .*$/gm);
  return new Map([...rows].map(([row, name]) => [name!, row]));
}

/** The names of the fields in a piece of a schema. */
function fieldsIn(schema: string): string[] {
  const code = schema.replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
  return [...code.matchAll(/(?:^ +|[{,] )([a-zA-Z]+)[:,]/gm)]
    .map(([, field]) => field!).filter((field) => field !== "type");
}

/** The frames of one direction in the envelope's source: their types, and fields. */
function framesIn(envelope: string, name: string): Map<string, string[]> {
  const declared = (constant: string) =>
    new RegExp(`const ${constant} = [^\\n]*\\n([\\s\\S]*?)\\n[})\\]]`)
      .exec(envelope)?.[1] ?? "";
  const frames = declared(name).split(/type: z\.literal\("/).slice(1);
  return new Map(frames.map((frame) => {
    const [type = ""] = frame.split('"');
    const shared = [...frame.matchAll(/\.\.\.(\w+)/g)].map(([, constant]) =>
      declared(constant!)
    );
    // What stands before the next frame's type belongs to that one.
    const own = frame.slice(type.length).replace(/z\.object\(\{\s*$/, "");
    return [type, [own, ...shared].flatMap(fieldsIn)];
  }));
}

Deno.test("the protocol's page has every frame of the envelope with its fields, and no other", async () => {
  const page = await pageNamed("session-protocol");
  const envelope = await envelopeSource();
  for (
    const [name, heading, most] of [
      ["browserFrame", "From the client", "resume"],
      ["serverFrame", "From the server", "resumeToken"],
    ] as const
  ) {
    const frames = framesIn(envelope, name);
    assert([...frames.values()].flat().includes(most), name);
    const rows = rowsBelow(page, heading);
    assertEquals([...rows.keys()].toSorted(), [...frames.keys()].toSorted());
    for (const [type, fields] of frames) {
      const [, , listed = "", meaning = ""] = rows.get(type)!.split("|");
      const words = (cell: string) =>
        [...cell.matchAll(/`(\w+)\??`/g)].map(([, word]) => word!);
      const known = [...words(listed), ...words(meaning)];
      assertEquals(fields.filter((field) => !known.includes(field)), [], type);
      assertEquals(
        words(listed).filter((it) => !fields.includes(it)),
        [],
        type,
      );
    }
  }
});

Deno.test("the protocol's page has every word that a field of the envelope can be", async () => {
  const page = await pageNamed("session-protocol");
  const envelope = await envelopeSource();
  const words = wordsIn(envelope, /z\.enum\(\[([^\]]+)\]\)/g);
  assert(words.includes("server_stopping") && words.includes("timed_out"));
  for (const word of words) {
    assert(page.includes(`\`${word}\``) || page.includes(`"${word}"`), word);
  }
  const endCodes = wordsIn(
    envelope,
    /const endCode = z\.enum\(\[([^\]]+)\]\)/g,
  );
  assertEquals([...rowsBelow(page, "Ended").keys()], endCodes);
});

Deno.test("the protocol's page has every code of an error, and no other", async () => {
  const [, section = ""] = (await pageNamed("session-protocol"))
    .split("\n## Errors\n");
  const [errors = ""] = section.split("\n## ");
  const named = errors.split("\nBesides")[0]!.matchAll(/`([a-z_]+)`/g);
  const session = (await Promise.all(
    ["page_frame", "page_line", "page_socket", "server_route", "session"].map(
      (name) => source(`lib/session/${name}.ts`),
    ),
  )).join("\n");
  const doors = (await Promise.all(
    ["frame_door", "visits"].map((name) => source(`lib/doors/${name}.ts`)),
  )).join("\n");
  const union = /\bcode: ("[a-z_]+"(?: \| "[a-z_]+")*)[,;]/g;
  const codes = new Set([
    ...wordsIn(session, /(?:\.#?error|#error)\(\s*("[a-z_]+")/g),
    ...wordsIn(session, /\breadonly code: ((?:"[a-z_]+"[ |]*)+),/g),
    ...wordsIn(session, /type: "error",\s+code: ("[a-z_]+")/g),
    ...wordsIn(doors, union),
    ...wordsIn(
      await source("lib/realtime/refusals.ts"),
      /export type RefusalCode =([^;]+);/g,
    ),
  ]);
  assert(codes.has("too_many_sessions") && codes.has("key_rejected"));
  assertEquals(
    [...named].map(([, code]) => code).toSorted(),
    [...codes].toSorted(),
  );
});
