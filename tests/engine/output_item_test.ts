import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { outputItem, outputItemId } from "../../lib/engine/output_item.ts";

Deno.test("an output's id follows from its call's, and fits where items are kept", () => {
  assertEquals(outputItem("call_AbC-1_x", "Rome"), {
    id: "output_AbC-1_x",
    type: "function_call_output",
    call_id: "call_AbC-1_x",
    output: "Rome",
  });
  const long = `call_${"a".repeat(26)}`;
  for (const callId of [long, `${long}b`, "c1", "call_ü", "call_", ""]) {
    const id = outputItemId(callId);
    assertMatch(id, /^output_[\w-]{22}$/, callId);
    assertEquals(id, outputItemId(callId), callId);
  }
  assertEquals(outputItemId(`call_${"a".repeat(25)}`).length, 32);
  assertNotEquals(outputItemId(long), outputItemId(`${long}b`));
});
