/**
 * A place among others that never has to change: whole numbers, compared one
 * after the other, of which a shorter rank comes before the longer ones that
 * begin with it. Deno KV orders its keys in the same way.
 */
export type Rank = readonly [number, ...number[]];

/** A rank between two others; undefined stands for either end. */
export function rankBetween(
  before: Rank | undefined,
  after: Rank | undefined,
): Rank {
  if (before === undefined) return after === undefined ? [0] : [after[0] - 1];
  const next = plusOne(before);
  if (after === undefined || compareRanks(next, after) < 0) return next;
  // What begins with a rank comes right behind it.
  const below = after[before.length];
  return [
    ...before,
    below === undefined || !startsWith(after, before) ? 0 : below - 1,
  ];
}

/** Negative where `a` comes first, positive where `b` does. */
export function compareRanks(a: Rank, b: Rank): number {
  for (const [at, part] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    if (part !== other) return part - other;
  }
  return a.length - b.length;
}

function plusOne(rank: Rank): Rank {
  return rank.with(-1, rank.at(-1)! + 1) as [number, ...number[]];
}

function startsWith(rank: Rank, start: Rank): boolean {
  return start.every((part, at) => rank[at] === part);
}
