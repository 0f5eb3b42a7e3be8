import { createHash } from "node:crypto";
import type { ConversationItem } from "../realtime/events.ts";

/**
 * The item that gives the model a call's output. Its id follows from the call's,
 * so that an output which is sent twice is there once; ids have at most 32
 * characters.
 */
export function outputItem(
  callId: string,
  output: string,
): Extract<ConversationItem, { type: "function_call_output" }> {
  return {
    id: outputItemId(callId),
    type: "function_call_output",
    call_id: callId,
    output,
  };
}

/** See {@link outputItem}. */
export function outputItemId(callId: string): string {
  const [, own] = CALL_ID.exec(callId) ?? [];
  return `output_${own ?? hashOf(callId)}`;
}

/** What providers make: the part that is the call's own has room in an item's id. */
const CALL_ID = /^call_([\w-]{1,25})$/;

function hashOf(callId: string): string {
  const hash = createHash("sha256").update(callId).digest("base64url");
  return hash.slice(0, 22);
}
