/** What can go wrong in the browser, each as a sentence that says what to do. */

/** Something that ended, or would not let begin, a conversation. */
export class Problem extends Error {
  override name = "Problem";

  /** @param blocked Whether another way of sending audio may still work. */
  constructor(message: string, readonly blocked = false) {
    super(message);
  }
}

/** Why there is no microphone; the conversation goes on by typing. */
export function microphoneProblem(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return "The microphone is blocked. Allow it for this page (the icon beside the address), then start again. Until then you can type.";
    case "NotFoundError":
    case "OverconstrainedError":
      return "No microphone was found. Plug one in and start again, or type below.";
    case "NotReadableError":
    case "AbortError":
      return "The microphone is in use by another program. Close that program and start again, or type below.";
    default:
      return isSecureContext
        ? "The microphone could not be opened. You can type below."
        : "Browsers give a microphone only to secure pages: open this page over https, or on localhost. You can type below.";
  }
}

export const SERVER_GONE =
  "The connection to the server was lost. Check that it is running, then start again.";
export const SERVER_UNREACHABLE =
  "The server can't be reached. Check that it is running, then start again.";
export const CALL_LOST =
  "The call was lost. Check the network, then start again.";
export const CALL_NOT_CONNECTED =
  "The call could not be connected: no way was found for its audio. A firewall may be blocking UDP.";
