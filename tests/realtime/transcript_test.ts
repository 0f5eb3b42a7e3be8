import { assertEquals } from "@std/assert";
import type {
  RealtimeServerEvent,
  UnsentServerEvent,
} from "../../lib/realtime/events.ts";
import { EMPTY_TRANSCRIPT, transcribe } from "../../lib/realtime/transcript.ts";
import {
  added,
  after,
  afterAt,
  answer,
  delta,
  playback,
  recognised,
  spoken,
  truncated,
} from "./wire_events.ts";

Deno.test("a spoken turn forms, and is complete when it was recognised", () => {
  const before = after(added(spoken("u"), null));
  assertEquals(before.turns, [
    {
      kind: "message",
      id: "u",
      at: 0,
      role: "user",
      text: "",
      status: "forming",
    },
  ]);
  assertEquals(
    after(added(spoken("u"), null), recognised("u", "Hello")).turns,
    [{
      kind: "message",
      id: "u",
      at: 0,
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
    truncated("a", 400),
    {
      type: "conversation.item.done",
      item: answer("a", "completed", "A long story"),
      previous_item_id: null,
    },
  );
  assertEquals(turns, [{
    kind: "message",
    id: "a",
    at: 0,
    role: "assistant",
    text: "A long story",
    status: "interrupted",
    heard: "A long".length,
  }]);
});

Deno.test("what was not heard of a cut answer stays where a new call's model is told only the rest", () => {
  const { turns } = after(
    added(answer("a", "in_progress"), null),
    delta("a", "A long story"),
    truncated("a", 400),
    added(answer("a", "completed", "A long"), null),
  );
  assertEquals(
    turns.map((turn) => turn.kind === "message" && [turn.text, turn.heard]),
    [["A long story", "A long".length]],
  );
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
    playback("started"),
    {
      type: "response.done",
      response: { status: "completed", output_modalities: ["audio"] },
    },
    playback("stopped"),
  ];
  for (const event of events) {
    transcript = transcribe(
      transcript,
      { ...event, event_id: "e" } as RealtimeServerEvent,
      0,
    );
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

Deno.test("who speaks over the agent makes it listen only where the playback ends", () => {
  const over: UnsentServerEvent[] = [playback("started"), {
    type: "input_audio_buffer.speech_started",
    audio_start_ms: 0,
    item_id: "u",
  }];
  assertEquals(after(...over).activity, "speaking");
  assertEquals(after(...over, playback("cleared")).activity, "listening");
});

Deno.test("an answer that was cut as it was done is not waited for", () => {
  const cut: UnsentServerEvent[] = [playback("started"), playback("cleared"), {
    type: "response.done",
    response: { status: "completed", output_modalities: ["audio"] },
  }];
  assertEquals(after(...cut).activity, "thinking");
  assertEquals(after(...cut, truncated("a", 400)).activity, "listening");
});

Deno.test("a turn is dated by the first that is known of it", () => {
  const { turns } = afterAt(
    [100, added(spoken("u"), null)],
    [200, added(answer("a", "in_progress"), "u")],
    [300, delta("a", "Hi")],
    [400, recognised("u", "Hello")],
    [500, {
      type: "conversation.item.done",
      item: answer("a", "completed", "Hi there"),
      previous_item_id: "u",
    }],
  );
  assertEquals(turns.map(({ at }) => at), [100, 200]);
});

Deno.test("an event that changes nothing leaves the transcript as it is", () => {
  const transcript = after(added(spoken("u"), null));
  assertEquals(
    transcribe(
      transcript,
      { type: "rate_limits.updated", event_id: "e", rate_limits: [] },
      1,
    ) === transcript,
    true,
  );
});
