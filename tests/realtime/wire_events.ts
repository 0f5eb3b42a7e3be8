/** Events of the wire, for tests of what is made from them. */
import type {
  ConversationItem,
  RealtimeServerEvent,
  UnsentServerEvent,
} from "../../lib/realtime/events.ts";
import {
  EMPTY_TRANSCRIPT,
  transcribe,
  type Transcript,
} from "../../lib/realtime/transcript.ts";

/** The transcript after these events, which came all at the same time. */
export function after(...events: UnsentServerEvent[]): Transcript {
  return afterAt(...events.map((event) => [0, event] as const));
}

/** The transcript after these events, each with the moment when it came. */
export function afterAt(
  ...events: (readonly [at: number, event: UnsentServerEvent])[]
): Transcript {
  return events.reduce(
    (transcript, [at, event]) =>
      transcribe(
        transcript,
        { ...event, event_id: "e" } as RealtimeServerEvent,
        at,
      ),
    EMPTY_TRANSCRIPT,
  );
}

export const spoken = (id: string): ConversationItem => ({
  id,
  type: "message",
  role: "user",
  status: "completed",
  content: [{ type: "input_audio" }],
});
export const answer = (
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
export const added = (
  item: ConversationItem,
  previous_item_id: string | null,
): UnsentServerEvent => ({
  type: "conversation.item.added",
  item,
  previous_item_id,
});
export const delta = (item_id: string, delta: string): UnsentServerEvent => ({
  type: "response.output_audio_transcript.delta",
  item_id,
  delta,
  content_index: 0,
  output_index: 0,
  response_id: "r",
});
export const playback = (
  what: "started" | "stopped" | "cleared",
): UnsentServerEvent => ({
  type: `output_audio_buffer.${what}`,
  response_id: "r",
});
export const truncated = (
  item_id: string,
  audio_end_ms: number,
): UnsentServerEvent => ({
  type: "conversation.item.truncated",
  item_id,
  content_index: 0,
  audio_end_ms,
});
export const recognised = (
  item_id: string,
  transcript: string,
): UnsentServerEvent => ({
  type: "conversation.item.input_audio_transcription.completed",
  item_id,
  content_index: 0,
  transcript,
  usage: { type: "duration", seconds: 1 },
});
