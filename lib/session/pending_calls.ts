import { outputItem } from "../engine/output_item.ts";
import type { ConversationItem } from "../realtime/events.ts";
import type { ToolTurn, Turn } from "../realtime/turns.ts";
import type { TailReader } from "./tail.ts";

/** The calls that have no output yet, as items. */
export function pendingCalls(turns: readonly Turn[]): ConversationItem[] {
  return turns.flatMap((turn) =>
    turn.kind === "tool" && turn.output === undefined
      ? [{
        id: turn.id,
        type: "function_call" as const,
        status: "completed" as const,
        call_id: turn.callId,
        name: turn.name,
        arguments: turn.arguments,
      }]
      : []
  );
}

/**
 * Tells the model the outputs that it may not have got: those since it last said
 * something. One that it has is there once all the same.
 *
 * @returns Whether there was one that it had not.
 */
export async function tellUndelivered(
  reader: TailReader,
  turns: readonly Turn[],
): Promise<boolean> {
  const said = turns.findLastIndex((turn) =>
    turn.kind === "message" && turn.role === "assistant" && turn.text !== ""
  );
  const latest = turns.slice(said + 1).filter((turn): turn is ToolTurn =>
    turn.kind === "tool" && turn.output !== undefined
  );
  let told = false;
  for (const { callId, output = "" } of latest) {
    told = await reader.putBack(outputItem(callId, output)) || told;
  }
  return told;
}
