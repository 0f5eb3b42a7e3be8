import type { ConversationEvent } from "../engine/observer.ts";
import {
  reportGuardrail,
  reportHandoff,
  reportNewCall,
  reportTool,
  transcribe,
  type Transcript,
} from "../realtime/transcript.ts";

/**
 * The transcript after what an observer saw: what the page makes of the same
 * events and of the server's reports of them.
 *
 * @param at Milliseconds since 1970.
 * @param titleOf An agent's title, by its name.
 */
export function transcriptAfter(
  transcript: Transcript,
  event: ConversationEvent,
  at: number,
  titleOf: (agent: string) => string,
): Transcript {
  switch (event.type) {
    case "received":
      return transcribe(transcript, event.event, at);
    case "tool":
      return reportTool(transcript, event.report, at);
    case "handoff": {
      const { callId, from, to } = event;
      return reportHandoff(
        transcript,
        { callId, from: titleOf(from), to: titleOf(to) },
        at,
      );
    }
    case "guardrail":
      return reportGuardrail(transcript, event, at);
    case "call_renewed":
      return reportNewCall(transcript);
    default:
      return transcript;
  }
}
