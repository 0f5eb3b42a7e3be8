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

/** The longest message of an error, in characters. */
const LONGEST_MESSAGE = 1000;

/** A message quotes what the client wrote, and that may be of any length. */
export function inShort(message: string): string {
  return message.length <= LONGEST_MESSAGE
    ? message
    : `${message.slice(0, LONGEST_MESSAGE)}…`;
}

/** A client's event that could not be carried out; becomes an `error` event. */
export class ClientEventError extends Error {
  readonly param: string | null;

  constructor(
    readonly code: ClientErrorCode,
    message: string,
    param: string | null = null,
  ) {
    super(inShort(message));
    this.name = "ClientEventError";
    this.param = param === null ? null : inShort(param);
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
 * Checks what a client sent.
 *
 * @param root What the value is called on the wire, such as `session`.
 * @throws {ClientEventError} for the first fault, in the protocol's words.
 */
export function checked<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  root = "",
): Value {
  let parsed;
  try {
    parsed = schema.safeParse(value, { reportInput: true });
  } catch {
    // Before zod minds that something is no text, it compares its length; that
    // throws where this is an object without a value.
    throw new ClientEventError(
      "invalid_value",
      `Invalid value: ${root || "the event"} has a 'length' that is no number`,
    );
  }
  if (parsed.success) return parsed.data;
  throw clientErrorFrom(parsed.error, root);
}

function clientErrorFrom(error: z.ZodError, root: string): ClientEventError {
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

/**
 * What is said of an error over the wire. A fault of the peer's own, too, costs
 * the event it came from, and nobody else.
 */
export function wireErrorOf(
  error: unknown,
  eventId: string | null,
): RealtimeError {
  if (error instanceof ClientEventError) return error.toWire(eventId);
  return {
    type: "server_error",
    code: "server_error",
    message: `The peer failed over this event: ${error}`,
    param: null,
    event_id: eventId,
  };
}
