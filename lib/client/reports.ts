import {
  reportGuardrail,
  reportHandoff,
  reportNewCall,
  reportTool,
  type Transcript,
} from "../realtime/transcript.ts";
import type { ServerFrame } from "../session/envelope.ts";

/**
 * The transcript with what the server reports put in; the same one where the
 * frame reports nothing.
 *
 * @param at When the frame came, in milliseconds since 1970.
 */
export function withReport(
  transcript: Transcript,
  frame: ServerFrame,
  at: number,
): Transcript {
  switch (frame.type) {
    case "ready":
      return frame.takenUp
        ? { ...transcript, activity: "listening" }
        : transcript;
    case "tool": {
      const { type: _, ...progress } = frame;
      return reportTool(transcript, progress, at);
    }
    case "approval": {
      const { type: _, ...call } = frame;
      return reportTool(
        transcript,
        { ...call, status: "awaiting_approval" },
        at,
      );
    }
    case "handoff":
      return reportHandoff(transcript, frame, at);
    case "guardrail":
      return reportGuardrail(transcript, frame, at);
    case "notice":
      return frame.code === "call_renewed"
        ? reportNewCall(transcript)
        : transcript;
    default:
      return transcript;
  }
}
