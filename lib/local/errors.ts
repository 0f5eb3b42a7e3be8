import type { RealtimeError } from "../realtime/events.ts";
import type { z } from "zod";

/** The protocol's codes for what a client can get wrong. */
export type ClientErrorCode =
  | "conversation_already_has_active_response"
  | "input_audio_buffer_commit_empty"
  | "invalid_value"
  | "item_not_found"
  | "missing_required_parameter"
  | "response_cancel_not_active"
  | "session_expired"
  | "unknown_parameter";

/** A client's event that could not be carried out; becomes an `error` event. */
export class ClientEventError extends Error {
  constructor(
    readonly code: ClientErrorCode,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message);
    this.name = "ClientEventError";
  }

  /** The wire's form; `eventId` is the client's own id of the event at fault. */
  toWire(eventId: string | null): RealtimeError {
    return {
      type: "invalid_request_error",
      code: this.code,
      message: this.message,
      param: this.param,
      event_id: eventId,
    };
  }
}

/**
 * The first fault zod found, in the protocol's words.
 *
 * @param root What the checked value is called on the wire, such as `session`.
 */
export function clientErrorFrom(
  error: z.ZodError,
  root = "",
): ClientEventError {
  const issue = error.issues[0]!;
  const at = [...(root === "" ? [] : [root]), ...issue.path.map(String)];
  if (issue.code === "unrecognized_keys") {
    const param = [...at, issue.keys[0]].join(".");
    return new ClientEventError(
      "unknown_parameter",
      `Unknown parameter: '${param}'`,
      param,
    );
  }
  const param = at.join(".");
  if ("input" in issue && issue.input === undefined) {
    return new ClientEventError(
      "missing_required_parameter",
      `Missing required parameter: '${param}'`,
      param,
    );
  }
  return new ClientEventError(
    "invalid_value",
    `Invalid value for '${param}': ${issue.message}`,
    param,
  );
}
