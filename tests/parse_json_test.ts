import { assertEquals, assertThrows } from "@std/assert";
import { parseJson } from "../lib/parse_json.ts";

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

Deno.test("JSON is read down to a hundred levels", () => {
  assertEquals(parseJson('{"a":[1,null,"x"]}'), { a: [1, null, "x"] });
  assertEquals(parseJson("5"), 5);
  assertEquals(JSON.stringify(parseJson(nested(100))), nested(100));
});

Deno.test("what is deeper is refused, before anything runs out of stack", () => {
  for (const text of [nested(102), nested(100_000), '{"a":'.repeat(50_000)]) {
    assertThrows(() => parseJson(text), SyntaxError);
  }
});
