import { assertEquals } from "@std/assert";
import type {
  ConversationItem,
  RealtimeServerEvent,
  UnsentServerEvent,
} from "../../lib/realtime/events.ts";
import {
  EMPTY_TRANSCRIPT,
  reportGuardrail,
  reportHandoff,
  reportTool,
  transcribe,
} from "../../lib/realtime/transcript.ts";

function after(...events: UnsentServerEvent[]) {
  return events.reduce(
    (transcript, event) =>
      transcribe(
        transcript,
        { ...event, event_id: "e" } as RealtimeServerEvent,
      ),
    EMPTY_TRANSCRIPT,
  );
}

const spoken = (id: string): ConversationItem => ({
  id,
  type: "message",
  role: "user",
  status: "completed",
  content: [{ type: "input_audio" }],
});
const answer = (
  id: string,
  status: "in_progress" | "completed" | "incomplete",
  transcript?: string,
): ConversationItem => ({
  id,
  type: "message",
  role: "assistant",
  status,
  content: transcript === undefined
    ? []
    : [{ type: "output_audio", transcript }],
});
const added = (
  item: ConversationItem,
  previous_item_id: string | null,
): UnsentServerEvent => ({
  type: "conversation.item.added",
  item,
  previous_item_id,
});
const delta = (item_id: string, delta: string): UnsentServerEvent => ({
  type: "response.output_audio_transcript.delta",
  item_id,
  delta,
  content_index: 0,
  output_index: 0,
  response_id: "r",
});
const recognised = (
  item_id: string,
  transcript: string,
): UnsentServerEvent => ({
  type: "conversation.item.input_audio_transcription.completed",
  item_id,
  content_index: 0,
  transcript,
  usage: { type: "duration", seconds: 1 },
});

Deno.test("a spoken turn forms, and is complete when it was recognised", () => {
  const before = after(added(spoken("u"), null));
  assertEquals(before.turns, [
    { kind: "message", id: "u", role: "user", text: "", status: "forming" },
  ]);
  assertEquals(
    after(added(spoken("u"), null), recognised("u", "Hello")).turns,
    [{
      kind: "message",
      id: "u",
      role: "user",
      text: "Hello",
      status: "complete",
    }],
  );
});

Deno.test("a recognition that comes after the answer does not change the order", () => {
  const { turns } = after(
    added(spoken("u"), null),
    added(answer("a", "in_progress"), "u"),
    delta("a", "Hi"),
    delta("a", " there"),
    recognised("u", "Hello"),
  );
  assertEquals(turns.map((turn) => turn.kind === "message" && turn.text), [
    "Hello",
    "Hi there",
  ]);
});

Deno.test("an item goes behind the one it follows, whenever it comes", () => {
  const { turns } = after(
    added(answer("a", "completed", "First"), null),
    added(answer("c", "completed", "Third"), "b"),
    added(spoken("b"), "a"),
    added(spoken("zero"), null),
  );
  assertEquals(turns.map(({ id }) => id), ["zero", "a", "b", "c"]);
});

Deno.test("an answer that was cut is marked, and stays so", () => {
  const { turns } = after(
    added(answer("a", "in_progress"), null),
    delta("a", "A long story"),
    {
      type: "conversation.item.truncated",
      item_id: "a",
      content_index: 0,
      audio_end_ms: 400,
    },
    {
      type: "conversation.item.done",
      item: answer("a", "completed", "A long story"),
      previous_item_id: null,
    },
  );
  assertEquals(turns, [{
    kind: "message",
    id: "a",
    role: "assistant",
    text: "A long story",
    status: "interrupted",
  }]);
});

Deno.test("sound that could not be understood is marked", () => {
  const { turns } = after(added(spoken("u"), null), {
    type: "conversation.item.input_audio_transcription.failed",
    item_id: "u",
    content_index: 0,
    error: {},
  });
  assertEquals(
    turns[0]!.kind === "message" && turns[0]!.status,
    "unintelligible",
  );
});

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
  });
  const finished = transcribe(reported, {
    type: "conversation.item.done",
    event_id: "e",
    item: { ...call, arguments: '{"location":"Rome"}', status: "completed" },
    previous_item_id: null,
  });
  assertEquals(finished.turns, [{
    kind: "tool",
    id: "item_1",
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
  });
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
  });
  assertEquals(turns.length, 1);
  assertEquals(turns[0]!.id, "item_1");
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
  });
  const handoff = {
    kind: "handoff" as const,
    id: "item_1",
    from: "A",
    to: "B",
  };
  assertEquals(handed.turns, [handoff]);
  const done = transcribe(handed, {
    type: "conversation.item.done",
    event_id: "e",
    item: call,
    previous_item_id: null,
  });
  assertEquals(done.turns, [handoff]);
});

Deno.test("a guardrail stands behind the answer that it stopped", () => {
  const { turns } = reportGuardrail(
    after(
      added(answer("a", "completed", "Oops"), null),
      added(answer("b", "completed", "Sorry"), "a"),
    ),
    { itemId: "a", name: "no oops", reason: "it says oops" },
  );
  assertEquals(turns.map(({ kind, id }) => [kind, id]), [
    ["message", "a"],
    ["guardrail", "a no oops"],
    ["message", "b"],
  ]);
});

Deno.test("a deleted item is gone; systems and outputs are no turns", () => {
  const { turns } = after(
    added(spoken("u"), null),
    added({
      id: "s",
      type: "message",
      role: "system",
      content: [{ type: "input_text", text: "x" }],
    }, "u"),
    added(
      { id: "o", type: "function_call_output", call_id: "c", output: "" },
      "s",
    ),
    { type: "conversation.item.deleted", item_id: "u" },
  );
  assertEquals(turns, []);
});

Deno.test("who is at it follows the playback, not the making", () => {
  const activities: string[] = [];
  let transcript = EMPTY_TRANSCRIPT;
  const events: UnsentServerEvent[] = [
    {
      type: "input_audio_buffer.speech_started",
      audio_start_ms: 0,
      item_id: "u",
    },
    { type: "input_audio_buffer.committed", item_id: "u" },
    { type: "response.created", response: {} },
    {
      type: "response.done",
      response: {
        status: "completed",
        output: [{
          type: "function_call",
          name: "f",
          arguments: "{}",
        }],
      },
    },
    { type: "response.created", response: {} },
    { type: "output_audio_buffer.started", response_id: "r" },
    {
      type: "response.done",
      response: { status: "completed", output_modalities: ["audio"] },
    },
    { type: "output_audio_buffer.stopped", response_id: "r" },
  ];
  for (const event of events) {
    transcript = transcribe(transcript, {
      ...event,
      event_id: "e",
    } as RealtimeServerEvent);
    activities.push(transcript.activity);
  }
  assertEquals(activities, [
    "listening",
    "thinking",
    "thinking",
    "thinking",
    "thinking",
    "speaking",
    "speaking",
    "listening",
  ]);
});

Deno.test("an event that changes nothing leaves the transcript as it is", () => {
  const transcript = after(added(spoken("u"), null));
  assertEquals(
    transcribe(transcript, {
      type: "rate_limits.updated",
      event_id: "e",
      rate_limits: [],
    }) === transcript,
    true,
  );
});
