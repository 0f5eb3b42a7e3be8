import type {
  ConversationItem,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { MessageTurn, Turn } from "../realtime/turns.ts";
import type { ServerFrame } from "./envelope.ts";

/** A page was away for seconds: it has missed no more than this. */
const MAX_TURNS = 50;

/**
 * Tells a page how its conversation stands by now. What happened just before its
 * server died was kept and perhaps never sent, and what waited for the page there
 * is lost. Where a page knows a turn already, it changes nothing.
 *
 * @param forPage Whether the page gets the model's events from the server; one
 * that has a channel of its own to the model has heard those itself.
 */
export function retell(
  turns: readonly Turn[],
  forPage: boolean,
): ServerFrame[] {
  return turns.slice(-MAX_TURNS).flatMap((turn, at, told) =>
    framesOf(turn, forPage, told[at - 1])
  );
}

function framesOf(
  turn: Turn,
  forPage: boolean,
  before: Turn | undefined,
): ServerFrame[] {
  const item = (item: ConversationItem, forming = false): ServerFrame[] => {
    if (!forPage) return [];
    const event: RealtimeServerEvent = {
      type: forming ? "conversation.item.added" : "conversation.item.done",
      event_id: newId("event"),
      // Without one before it, it belongs where the page puts what is new.
      ...before && { previous_item_id: before.id },
      item,
    };
    return [{ type: "event", event: { ...event } }];
  };
  switch (turn.kind) {
    case "message":
      return [
        ...item(messageOf(turn), turn.status === "forming"),
        ...turn.status === "unintelligible" && forPage
          ? [unintelligible(turn.id)]
          : [],
      ];
    case "tool": {
      const { kind: _, id, at: __, status, ...call } = turn;
      const frames = item({
        type: "function_call",
        id,
        call_id: call.callId,
        name: call.name,
        arguments: call.arguments,
        status: "completed",
      });
      // Whoever goes on asks again for what waits for approval.
      if (status === "awaiting_approval") return frames;
      return [...frames, { type: "tool", ...call, status }];
    }
    case "handoff": {
      const { id: callId, from, to } = turn;
      return [{ type: "handoff", callId, from, to }];
    }
    case "guardrail": {
      const { id, name, reason } = turn;
      const itemId = id.slice(0, id.length - name.length - 1);
      return [{ type: "guardrail", name, reason, itemId }];
    }
  }
}

/** A message as the model would tell of it. */
function messageOf({ id, role, text, status }: MessageTurn): ConversationItem {
  const common = {
    id,
    type: "message" as const,
    status: status === "forming"
      ? "in_progress" as const
      : status === "interrupted"
      ? "incomplete" as const
      : "completed" as const,
  };
  return role === "assistant"
    ? { ...common, role, content: [{ type: "output_text", text }] }
    : {
      ...common,
      role,
      content: status === "complete"
        ? [{ type: "input_text", text }]
        : [{ type: "input_audio" }],
    };
}

function unintelligible(item_id: string): ServerFrame {
  return {
    type: "event",
    event: {
      type: "conversation.item.input_audio_transcription.failed",
      event_id: newId("event"),
      item_id,
      content_index: 0,
      error: { message: "Nothing could be made of the sound" },
    },
  };
}
