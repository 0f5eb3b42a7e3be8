import type { ConversationEvent } from "../engine/observer.ts";
import type { Company } from "../engine/session_config.ts";
import type { RealtimeServerEvent } from "../realtime/events.ts";
import type { ServerFrame } from "./envelope.ts";

/**
 * What the page is told of an event of its conversation; undefined where it is
 * none of its business, or it hears of it another way.
 */
export function frameFor(
  event: ConversationEvent,
  company: Company,
): ServerFrame | undefined {
  const title = (name: string) => company.agents.get(name)?.title ?? name;
  switch (event.type) {
    case "tool": {
      const { status, ...report } = event.report;
      if (status !== "awaiting_approval") {
        return { type: "tool", ...report, status };
      }
      const { callId, name, arguments: args } = report;
      return { type: "approval", callId, name, arguments: args };
    }
    case "handoff":
      return {
        type: "handoff",
        callId: event.callId,
        from: title(event.from),
        to: title(event.to),
      };
    case "guardrail": {
      const { name, reason, itemId } = event;
      return { type: "guardrail", name, reason, itemId };
    }
    case "usage": {
      const { usage, costUsd } = event;
      return {
        type: "usage",
        inputTokens: usage.input_tokens ?? 0,
        cachedTokens: usage.input_token_details?.cached_tokens ?? 0,
        outputTokens: usage.output_tokens ?? 0,
        costUsd,
      };
    }
    case "error":
      return {
        type: "error",
        code: event.code,
        message: event.message,
        retryable: false,
      };
    default:
      return undefined;
  }
}

/**
 * Whether an event may go on to a page that has no channel of its own to the
 * model. Events about the session carry instructions and tools; the items that
 * Parley puts in (systems, outputs) are between it and the model.
 */
export function isForPage(event: RealtimeServerEvent): boolean {
  switch (event.type) {
    case "conversation.item.added":
    case "conversation.item.done":
      return event.item.type === "function_call" ||
        (event.item.type === "message" && event.item.role !== "system");
    case "conversation.item.deleted":
    case "conversation.item.truncated":
      return true;
    default:
      return event.type.startsWith("response.") ||
        event.type.startsWith("input_audio_buffer.") ||
        event.type.startsWith("output_audio_buffer.") ||
        event.type.startsWith("conversation.item.input_audio_transcription.");
  }
}
