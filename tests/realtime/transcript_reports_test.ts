import { assertEquals } from "@std/assert";
import type { ConversationItem } from "../../lib/realtime/events.ts";
import {
  EMPTY_TRANSCRIPT,
  reportGuardrail,
  reportHandoff,
  reportNewCall,
  reportTool,
  transcribe,
} from "../../lib/realtime/transcript.ts";
import { added, after, answer } from "./wire_events.ts";

Deno.test("a tool call is one turn, from the wire and from the server", () => {
  const call: ConversationItem = {
    id: "item_1",
    type: "function_call",
    call_id: "c1",
    name: "get_weather",
    arguments: "",
    status: "in_progress",
  };
  const started = after(added(call, null));
  const reported = reportTool(started, {
    callId: "c1",
    name: "get_weather",
    arguments: '{"location":"Rome"}',
    status: "completed",
    output: "Cloudy",
    durationMs: 12,
  }, 1);
  const finished = transcribe(reported, {
    type: "conversation.item.done",
    event_id: "e",
    item: { ...call, arguments: '{"location":"Rome"}', status: "completed" },
    previous_item_id: null,
  }, 2);
  assertEquals(finished.turns, [{
    kind: "tool",
    id: "item_1",
    at: 0,
    callId: "c1",
    name: "get_weather",
    arguments: '{"location":"Rome"}',
    status: "completed",
    output: "Cloudy",
    durationMs: 12,
  }]);
});

Deno.test("the server's report may come before the wire's item", () => {
  const reported = reportTool(EMPTY_TRANSCRIPT, {
    callId: "c1",
    name: "f",
    arguments: "{}",
    status: "running",
  }, 1);
  const { turns } = transcribe(reported, {
    type: "conversation.item.added",
    event_id: "e",
    previous_item_id: null,
    item: {
      id: "item_1",
      type: "function_call",
      call_id: "c1",
      name: "f",
      arguments: "{}",
    },
  }, 2);
  assertEquals(turns.map(({ id, at }) => [id, at]), [["item_1", 1]]);
});

Deno.test("a handoff takes the place of its call, and keeps it", () => {
  const call: ConversationItem = {
    id: "item_1",
    type: "function_call",
    call_id: "c1",
    name: "transfer_to_b",
    arguments: "{}",
  };
  const handed = reportHandoff(after(added(call, null)), {
    callId: "c1",
    from: "A",
    to: "B",
  }, 1);
  const handoff = {
    kind: "handoff" as const,
    id: "item_1",
    at: 0,
    from: "A",
    to: "B",
  };
  assertEquals(handed.turns, [handoff]);
  const done = transcribe(handed, {
    type: "conversation.item.done",
    event_id: "e",
    item: call,
    previous_item_id: null,
  }, 2);
  assertEquals(done.turns, [handoff]);
});

Deno.test("a guardrail stands behind the answer that it stopped", () => {
  const { turns } = reportGuardrail(
    after(
      added(answer("a", "completed", "Oops"), null),
      added(answer("b", "completed", "Sorry"), "a"),
    ),
    { itemId: "a", name: "no oops", reason: "it says oops" },
    1,
  );
  assertEquals(turns.map(({ kind, id }) => [kind, id]), [
    ["message", "a"],
    ["guardrail", "a no oops"],
    ["message", "b"],
  ]);
});

Deno.test("what is said after a guardrail stands behind it", () => {
  const stopped = reportGuardrail(
    after(added(answer("a", "completed", "Oops"), null)),
    { itemId: "a", name: "no oops", reason: "it says oops" },
    1,
  );
  const { turns } = transcribe(stopped, {
    type: "conversation.item.added",
    event_id: "e",
    item: answer("b", "completed", "Sorry"),
    previous_item_id: "a",
  }, 2);
  assertEquals(turns.map(({ id }) => id), ["a", "a no oops", "b"]);
});

Deno.test("on a new call no words form any more that were half said on the one before", () => {
  const at = 1;
  const message = { kind: "message", at } as const;
  const turns = [
    { ...message, id: "a", role: "user", text: "Hello", status: "forming" },
    { ...message, id: "b", role: "user", text: "", status: "forming" },
    { ...message, id: "c", role: "assistant", text: "It", status: "forming" },
    { ...message, id: "d", role: "assistant", text: "Hi", status: "complete" },
  ] as const;
  const settled = reportNewCall({ ...EMPTY_TRANSCRIPT, turns });
  assertEquals(settled.turns, [
    { ...turns[0], status: "complete" },
    { ...turns[1], status: "unintelligible" },
    { ...turns[2], status: "interrupted" },
    turns[3],
  ]);
  assertEquals(reportNewCall(settled), settled);
});
