/** Events of the wire, for tests of what is made from them. */
import type {
  ConversationItem,
  RealtimeServerEvent,
  UnsentServerEvent,
} from "../../lib/realtime/events.ts";
import { EMPTY_TRANSCRIPT, transcribe } from "../../lib/realtime/transcript.ts";

/** The transcript after these events. */
export function after(...events: UnsentServerEvent[]) {
  return events.reduce(
    (transcript, event) =>
      transcribe(
        transcript,
        { ...event, event_id: "e" } as RealtimeServerEvent,
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
