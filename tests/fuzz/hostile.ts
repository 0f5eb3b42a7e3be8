/**
 * What hostile input is made of. Values stand in the inputs as short marks
 * ("⟦deep 5000⟧"), so that a counterexample stays readable; {@link expand} puts
 * in what they stand for.
 */
import * as fc from "fast-check";

/** Names that mean something to JavaScript, and must not here. */
const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "toJSON",
  "hasOwnProperty",
  "length",
  "then",
  "",
  "0",
  "type",
  "id",
];

/** Texts that some reader trips over. */
const TEXTS = [
  ...NAMES,
  "null",
  "NaN",
  "-1",
  "1e999",
  "\0",
  "\u202e",
  "\ud800",
  "\udc00x",
  "\ufeff",
  "{a}{a}{a}{a}{a}{a}{a}{a}",
  "\r\nx: y",
  "%00%ff",
  "../../etc/passwd",
  "é".repeat(40),
];

/** What is repeated in a long text; each is slow to somebody's expression. */
const PIECES = [
  " ",
  "a ",
  "\\",
  '"',
  '\\"',
  ".",
  "and ",
  "\n",
  "{a} ",
  "é",
  "😀",
];

/** A mark for so many pieces, one after the other. */
const long = fc.tuple(
  fc.constantFrom(...PIECES.keys()),
  fc.constantFrom(300, 5_000, 70_000, 300_000),
).map(([piece, times]) => `⟦long ${piece} ${times}⟧`);

/** A mark for lists or objects inside each other, in JSON alone. */
const deep = fc.tuple(
  fc.constantFrom("lists", "objects"),
  fc.constantFrom(20, 300, 5_000, 50_000),
).map(([kind, levels]) => `⟦deep ${kind} ${levels}⟧`);

/** Any text: usual, odd, broken, long. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.string({ maxLength: 20 }), weight: 6 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 20 }), weight: 4 },
  { arbitrary: fc.constantFrom(...TEXTS), weight: 8 },
  { arbitrary: long, weight: 1 },
);

/** A name of something, often one that JavaScript knows. */
export const hostileName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NAMES),
  fc.string({ maxLength: 8 }),
);

/** Objects that pretend to be something else. */
const PRETENDERS: readonly unknown[] = [
  { valueOf: 1, toString: 1 },
  { length: 3 },
  { length: { valueOf: 1, toString: 1 } },
  { toJSON: null, then: null },
];

const hostileLeaf = fc.oneof(
  { arbitrary: hostileText, weight: 6 },
  { arbitrary: fc.integer(), weight: 2 },
  { arbitrary: fc.double(), weight: 2 },
  { arbitrary: fc.constantFrom(null, true, false, 0, -1, {}, []), weight: 4 },
  { arbitrary: fc.constantFrom(...PRETENDERS), weight: 1 },
  { arbitrary: deep, weight: 1 },
);

/** Any value that JSON can hold. */
export const hostileValue: fc.Arbitrary<unknown> = fc.letrec<
  { value: unknown }
>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { arbitrary: hostileLeaf, weight: 4 },
    { arbitrary: fc.array(tie("value"), { maxLength: 3 }), weight: 1 },
    {
      // Not assigned: "__proto__" is to be a name like any other.
      arbitrary: fc.array(fc.tuple(hostileName, tie("value")), { maxLength: 3 })
        .map(Object.fromEntries),
      weight: 2,
    },
  ),
})).value;

/** A change at one place of a value. */
type Edit =
  | { kind: "set"; at: number; value: unknown }
  | { kind: "delete"; at: number }
  | { kind: "add"; at: number; name: string; value: unknown };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constant("set" as const),
    at: fc.nat(200),
    value: hostileValue,
  }),
  fc.record({ kind: fc.constant("delete" as const), at: fc.nat(200) }),
  fc.record({
    kind: fc.constant("add" as const),
    at: fc.nat(200),
    name: hostileName,
    value: hostileValue,
  }),
);

/** One of these values with changes at some of their places. */
export function bent(values: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.tuple(
    fc.constantFrom(...values),
    fc.array(edit, { minLength: 1, maxLength: 2 }),
  ).map(([value, edits]) => edits.reduce(bend, structuredClone(value)));
}

/** A JSON text: of one of these values, bent; of anything; and broken ones. */
export function hostileJson(values: readonly unknown[]): fc.Arbitrary<string> {
  const json = bent(values).map((value) => JSON.stringify(value) ?? "");
  return fc.oneof(
    { arbitrary: json, weight: 8 },
    {
      arbitrary: hostileValue.map((value) => JSON.stringify(value) ?? ""),
      weight: 1,
    },
    { arbitrary: garbled(json), weight: 2 },
    { arbitrary: hostileText, weight: 1 },
  );
}

/** Texts with pieces cut out, doubled, moved or put in. */
export function garbled(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const cut = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(12),
    kind: fc.constantFrom("cut", "double", "put", "end"),
    put: hostileText,
  });
  return fc.tuple(texts, fc.array(cut, { minLength: 1, maxLength: 3 })).map((
    [text, cuts],
  ) =>
    cuts.reduce((text, { at, length, kind, put }) => {
      const from = Math.floor(at * text.length);
      const before = text.slice(0, from);
      if (kind === "end") return before;
      const piece = text.slice(from, from + length);
      const after = text.slice(from + length);
      const middle = { cut: "", double: piece + piece, put }[kind]!;
      return before + middle + after;
    }, text)
  );
}

/** Bytes, some of them of these samples, with changes. */
export function hostileBytes(
  samples: readonly Uint8Array[],
): fc.Arbitrary<Uint8Array> {
  const any = fc.uint8Array({ maxLength: 200 });
  const changed = fc.tuple(
    fc.constantFrom(...samples),
    fc.array(fc.tuple(fc.nat(1500), fc.nat(255)), { maxLength: 6 }),
    fc.option(fc.nat(1500)),
    fc.uint8Array({ maxLength: 8 }),
  ).map(([sample, changes, end, more]) => {
    const bytes = new Uint8Array([...sample, ...more]);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return end === null ? bytes : bytes.slice(0, end % (bytes.length + 1));
  });
  return fc.oneof(
    { arbitrary: any, weight: 1 },
    { arbitrary: changed, weight: 4 },
  );
}

/** Puts in what the marks of a text stand for. */
export function expand(text: string): string {
  return text
    .replaceAll(/"⟦deep (\w+) (\d+)⟧"/g, (_, kind, levels) => {
      const [open, close] = kind === "lists" ? ["[", "]"] : ['{"a":', "}"];
      return open.repeat(levels) + "1" + close.repeat(levels);
    })
    .replaceAll(
      /⟦long (\d+) (\d+)⟧/g,
      (_, piece, times) => {
        const repeated = PIECES[piece]!.repeat(times);
        // Inside JSON it has to be written as JSON has it.
        return isJson(text) ? JSON.stringify(repeated).slice(1, -1) : repeated;
      },
    );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function bend(value: unknown, edit: Edit): unknown {
  const places = placesOf(value);
  const place = places[edit.at % (places.length || 1)];
  if (place === undefined) {
    return edit.kind === "set" ? structuredClone(edit.value) : value;
  }
  const { holder, name } = place;
  if (edit.kind === "delete") {
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
  } else {
    // A copy: the same value, put in twice, would hold itself.
    define(
      holder,
      edit.kind === "add" ? edit.name : name,
      structuredClone(edit.value),
    );
  }
  return value;
}

type Holder = Record<string, unknown>;

/** Every place inside a value. */
function placesOf(value: unknown): { holder: Holder; name: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((name) => [
    { holder, name },
    ...placesOf(holder[name]),
  ]);
}

/** As JSON.parse does it: "__proto__" is a name like any other. */
function define(holder: Holder, name: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d{1,2}$/.test(name)) return;
  Object.defineProperty(holder, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
