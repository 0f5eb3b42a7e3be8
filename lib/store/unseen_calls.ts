import type { ToolCall } from "../engine/tool_runner.ts";
import type { KeptConversation } from "./conversation_store.ts";
import { rankBetween } from "./rank.ts";

/**
 * The conversation with the calls that had begun before the store knew of them,
 * as its latest turns: their process died in between.
 */
export function withUnseenCalls(
  kept: KeptConversation,
  begun: readonly ToolCall[],
): KeptConversation {
  const seen = new Set(
    kept.turns.map(({ turn }) => turn.kind === "tool" ? turn.callId : ""),
  );
  const turns = [...kept.turns];
  for (const call of begun) {
    if (seen.has(call.callId)) continue;
    turns.push({
      rank: rankBetween(turns.at(-1)?.rank, undefined),
      turn: {
        kind: "tool",
        // Until the wire tells its item's.
        id: call.callId,
        at: Date.now(),
        ...call,
        status: "running",
      },
    });
  }
  return { ...kept, turns };
}
