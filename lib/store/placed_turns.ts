import type { Turn } from "../realtime/turns.ts";
import { type Rank, rankBetween } from "./rank.ts";

/** A turn, and the place that it keeps whatever is put in around it. */
export interface PlacedTurn {
  rank: Rank;
  turn: Turn;
}

/**
 * The turns with their ranks: those that are known keep theirs, the others get
 * one between their neighbours'. What has not changed is the same object.
 *
 * @param known In order, like the turns.
 * @param floor Behind which rank they all are, where others were before them.
 */
export function placeTurns(
  known: readonly PlacedTurn[],
  turns: readonly Turn[],
  floor?: Rank,
): PlacedTurn[] {
  // Most often all but the last are as they were.
  const changed = turns.findIndex((turn, at) => turn !== known[at]?.turn);
  const alike = changed < 0 ? turns.length : changed;
  const placed = known.slice(0, alike);
  const free = new Set(known.slice(alike));
  const rest = turns.slice(alike);
  const before = rest.map((turn) => {
    const same = free.values().find((other) => isSame(other.turn, turn));
    if (same !== undefined) free.delete(same);
    return same;
  });
  for (const [at, turn] of rest.entries()) {
    const same = before[at];
    const rank = same?.rank ??
      rankBetween(
        placed.at(-1)?.rank ?? floor,
        before.find((other, place) => place > at && other !== undefined)?.rank,
      );
    placed.push(same?.turn === turn ? same : { rank, turn });
  }
  return placed;
}

/** A tool's call is known by its own id until the wire tells its item's. */
function isSame(known: Turn, turn: Turn): boolean {
  return known.id === turn.id ||
    (known.kind === "tool" && turn.kind === "tool" &&
      known.callId === turn.callId);
}
