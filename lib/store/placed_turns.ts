import type { Turn } from "../realtime/turns.ts";
import { type Rank, rankBetween } from "./rank.ts";

/** A turn, and the place that it keeps whatever is put in around it. */
export interface PlacedTurn {
  rank: Rank;
  turn: Turn;
}

/**
 * The turns with their ranks: those that are known keep theirs, the others get
 * one between their neighbours'.
 *
 * @param known In order, like the turns.
 */
export function placeTurns(
  known: readonly PlacedTurn[],
  turns: readonly Turn[],
): PlacedTurn[] {
  const free = new Set(known);
  const ranks = turns.map((turn, at) => {
    // Most often each is where it was.
    const here = known[at];
    const same = here !== undefined && free.has(here) && isSame(here.turn, turn)
      ? here
      : free.values().find((other) => isSame(other.turn, turn));
    if (same !== undefined) free.delete(same);
    return same?.rank;
  });
  const placed: PlacedTurn[] = [];
  for (const [at, turn] of turns.entries()) {
    const rank = ranks[at] ??
      rankBetween(
        placed.at(-1)?.rank,
        ranks.find((rank, other) => other > at && rank !== undefined),
      );
    placed.push({ rank, turn });
  }
  return placed;
}

/** A tool's call is known by its own id until the wire tells its item's. */
function isSame(known: Turn, turn: Turn): boolean {
  return known.id === turn.id ||
    (known.kind === "tool" && turn.kind === "tool" &&
      known.callId === turn.callId);
}
