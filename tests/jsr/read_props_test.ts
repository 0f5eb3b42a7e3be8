import { assert, assertEquals, assertThrows } from "@std/assert";
import { signal } from "@preact/signals";
import { revivalData } from "../../jsr/fresh/revive.ts";
import { readRevivalData } from "../../jsr/fresh/runtime/revival.ts";

/** A prop as the browser gets it. */
function sent(value: unknown): unknown {
  const source = { path: "/island.js", name: "Island", chunks: [] };
  const text = revivalData([{ source, props: { value } }], "");
  return readRevivalData(text)[0]![2].value;
}

Deno.test("What devalue writes is read as it was", () => {
  const value = {
    plain: [1, -1.5, "Signal", "", true, false, null, {}, []],
    constants: [undefined, NaN, Infinity, -Infinity, -0],
    sparse: Object.assign([], { 3: "x", 900: [undefined] }),
    holes: [, 1, , undefined],
    big: -(2n ** 70n),
    dates: [new Date(1), new Date(NaN)],
    pattern: /a\/"b/giu,
    url: new URL("https://example.com/?a=b#c"),
    bytes: Uint8Array.from({ length: 256 }, (_, i) => i),
    none: new Uint8Array(),
    map: new Map<unknown, unknown>([["a", 1], [{ key: 2 }, new Set([3, "x"])]]),
  };
  assertEquals(sent(value), value);
  const bytes = new Uint8Array([1, 2, 3, 4]);
  assertEquals(sent(bytes.subarray(1, 3)), bytes.slice(1, 3));
});

Deno.test("What is shared stays shared, and what leads back to itself does so", () => {
  const one = { name: "one" };
  const count = signal<unknown>(undefined);
  count.value = { count };
  const all = { one, again: [one], count, map: new Map(), set: new Set() };
  all.map.set("all", all);
  all.set.add(all);
  const read = sent(all) as typeof all;
  assert(read.one === read.again[0]);
  assert((read.count.value as { count: unknown }).count === read.count);
  assert(read.map.get("all") === read);
  assert(read.set.has(read));
});

Deno.test("A kind that islands can't get is an error that names it", () => {
  assertThrows(
    () => sent({ query: new URLSearchParams("a=1") }),
    TypeError,
    "URLSearchParams",
  );
});
