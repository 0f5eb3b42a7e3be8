import { assertEquals } from "@std/assert";
import { Latest } from "../../lib/store/latest.ts";

Deno.test("the latest things are known, and the longest unchanged are forgotten", () => {
  const latest = new Latest<number>(2);
  latest.set("a", 1);
  latest.set("b", 2);
  latest.set("a", 3);
  latest.set("c", 4);
  assertEquals(["a", "b", "c"].map((id) => latest.get(id)), [3, undefined, 4]);
  latest.delete("c");
  assertEquals(latest.get("c"), undefined);
});
