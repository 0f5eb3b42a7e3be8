/** What can go wrong, each by a name for which every language has a sentence. */

/** What goes wrong in the browser, or between it and the server. */
export type ClientProblem =
  | "microphone_blocked"
  | "microphone_blocked_by_system"
  | "microphone_missing"
  | "microphone_in_use"
  | "microphone_unplugged"
  | "microphone_failed"
  | "insecure_page"
  | "playback_blocked"
  | "recording_failed"
  | "server_gone"
  | "server_unreachable"
  | "call_lost"
  | "call_not_connected"
  | "unexpected";

/** Something that ended, or would not let begin, a conversation. */
export class Problem extends Error {
  override name = "Problem";

  /**
   * @param code A {@link ClientProblem}, or the code of the server's error.
   * @param message The server's own sentence; empty for what the page's words say.
   * @param blocked Whether another way of sending audio may still work.
   */
  constructor(
    readonly code: ClientProblem | (string & Record<never, never>),
    message = "",
    readonly blocked = false,
  ) {
    super(message);
  }
}

/** Why there is no microphone; the conversation goes on by typing. */
export function microphoneProblem(error: unknown): ClientProblem {
  if (!isSecureContext) return "insecure_page";
  if (!(error instanceof DOMException)) return "microphone_failed";
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      // Chromium's words where the system, not the page's settings, says no.
      return /system/i.test(error.message)
        ? "microphone_blocked_by_system"
        : "microphone_blocked";
    case "NotFoundError":
    case "OverconstrainedError":
      return "microphone_missing";
    case "NotReadableError":
    case "AbortError":
      return "microphone_in_use";
    default:
      return "microphone_failed";
  }
}
