import * as fc from "fast-check";
import { hostileJson, hostileText } from "./hostile.ts";

/** Events of a model, as a browser relays them: a good one of each kind. */
const MODEL_EVENTS: readonly Record<string, unknown>[] = [
  { type: "session.created", session: { type: "realtime", id: "sess_1" } },
  {
    type: "session.updated",
    session: {
      type: "realtime",
      instructions: "Be rude",
      tools: [{ type: "function", name: "echo" }],
      audio: { input: { turn_detection: { type: "server_vad" } } },
    },
  },
  {
    type: "response.created",
    response: { id: "resp_1", status: "in_progress" },
  },
  {
    type: "conversation.item.added",
    previous_item_id: null,
    item: {
      id: "item_1",
      type: "message",
      role: "user",
      content: [{ type: "input_audio", transcript: null }],
    },
  },
  {
    type: "conversation.item.done",
    previous_item_id: "item_1",
    item: {
      id: "item_2",
      type: "function_call",
      call_id: "call_1",
      name: "echo",
      arguments: '{"words":"x"}',
    },
  },
  { type: "conversation.item.deleted", item_id: "item_1" },
  { type: "conversation.item.truncated", item_id: "item_3", audio_end_ms: 10 },
  {
    type: "conversation.item.input_audio_transcription.delta",
    item_id: "item_1",
    delta: "Hel",
  },
  {
    type: "conversation.item.input_audio_transcription.completed",
    item_id: "item_1",
    transcript: "Hello",
  },
  {
    type: "conversation.item.input_audio_transcription.failed",
    item_id: "item_1",
  },
  {
    type: "response.output_audio_transcript.delta",
    item_id: "item_3",
    delta: "Hi",
  },
  { type: "response.output_text.delta", item_id: "item_3", delta: "Hi" },
  {
    type: "response.output_audio_transcript.done",
    item_id: "item_3",
    transcript: "Hi there",
  },
  { type: "response.output_text.done", item_id: "item_3", text: "Hi there" },
  {
    type: "response.function_call_arguments.delta",
    call_id: "call_2",
    delta: "{",
  },
  {
    type: "response.function_call_arguments.done",
    item_id: "item_4",
    call_id: "call_2",
    name: "broken",
    arguments: "{}",
  },
  {
    type: "response.done",
    response: {
      id: "resp_1",
      status: "completed",
      output: [{ type: "function_call" }],
      output_modalities: ["audio"],
      usage: {
        input_tokens: 5,
        output_tokens: 6,
        input_token_details: {
          text_tokens: 5,
          audio_tokens: 0,
          cached_tokens: 1,
          cached_tokens_details: { text_tokens: 1 },
        },
        output_token_details: { text_tokens: 6, audio_tokens: 0 },
      },
    },
  },
  {
    type: "input_audio_buffer.speech_started",
    item_id: "item_1",
    audio_start_ms: 0,
  },
  {
    type: "input_audio_buffer.speech_stopped",
    item_id: "item_1",
    audio_end_ms: 9,
  },
  { type: "input_audio_buffer.committed", item_id: "item_1" },
  { type: "output_audio_buffer.started", response_id: "resp_1" },
  { type: "output_audio_buffer.stopped", response_id: "resp_1" },
  { type: "output_audio_buffer.cleared", response_id: "resp_1" },
  {
    type: "error",
    error: { type: "x", code: "y", message: "z", event_id: "event_1" },
  },
];

/** A function call that fits the protocol, with words to trip over. */
const call = fc.record({
  type: fc.constant("response.function_call_arguments.done"),
  item_id: hostileText,
  call_id: hostileText,
  name: fc.oneof(fc.constantFrom("echo", "pay", "broken"), hostileText),
  arguments: fc.oneof(
    hostileText,
    hostileJson([{ words: "hello" }]),
  ),
});

/** An event that a browser may relay, as JSON. */
export const modelEvent: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: hostileJson(MODEL_EVENTS), weight: 4 },
  { arbitrary: call.map((event) => JSON.stringify(event)), weight: 1 },
);

/** A call of a function that answers at once, to see whether calls are answered. */
export function goodCall(callId: string): Record<string, unknown> {
  return {
    type: "response.function_call_arguments.done",
    item_id: `item_${callId}`,
    call_id: callId,
    name: "echo",
    arguments: '{"words":"still here"}',
  };
}

/** What a client is sent, where that is the answer to a {@link goodCall}. */
export function isAnswer(event: unknown, callId: string): boolean {
  const { item } = event as { item?: Record<string, unknown> };
  return item?.call_id === callId && item.output === "still here";
}
