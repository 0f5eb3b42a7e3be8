import { assertEquals } from "@std/assert";
import { isUsable } from "../../lib/session/relayed_event.ts";

const usable = (event: { type: string; [name: string]: unknown }) =>
  isUsable(event);

Deno.test("a relayed event is taken only with all that is read of it", () => {
  const transcribed = "conversation.item.input_audio_transcription.completed";
  const good: { type: string; [name: string]: unknown }[] = [
    { type: transcribed, item_id: "a", transcript: "Hello" },
    {
      type: "conversation.item.added",
      previous_item_id: null,
      item: {
        id: "a",
        type: "message",
        role: "user",
        content: [{ type: "input_audio", transcript: null }],
      },
    },
    {
      type: "conversation.item.done",
      item: {
        id: "a",
        type: "function_call",
        call_id: "c",
        name: "f",
        arguments: "",
      },
    },
    {
      type: "conversation.item.done",
      item: { id: "a", type: "function_call_output", output: 5 },
    },
    { type: "response.done", response: { usage: { input_tokens: 4 } } },
    { type: "something.new", whatever: [1] },
  ];
  for (const event of good) assertEquals(usable(event), true, event.type);
  const bad: { type: string; [name: string]: unknown }[] = [
    { type: transcribed, item_id: "a", transcript: 5 },
    { type: transcribed, transcript: "Hello" },
    { type: "conversation.item.added", item: { id: "a", type: "message" } },
    { type: "conversation.item.added", item: null },
    {
      type: "conversation.item.added",
      item: { id: "a", type: "message", role: "user", content: [{ text: {} }] },
    },
    {
      type: "conversation.item.added",
      item: { id: "a", type: "function_call", call_id: "c", name: "f" },
    },
    { type: "response.done", response: { output: {} } },
    { type: "response.done", response: { usage: { input_tokens: -1 } } },
    { type: "response.output_audio_transcript.delta", item_id: "a" },
    { type: "conversation.item.truncated", item_id: "a", audio_end_ms: "9" },
    { type: "error", error: "no" },
  ];
  for (const event of bad) {
    assertEquals(usable(event), false, JSON.stringify(event));
  }
});
