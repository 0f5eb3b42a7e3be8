/**
 * How a write that fails is tried again: about 5 s in all, 8 s at most. Another
 * process on the same file may hold its lock while it gets no processor.
 */
export const RETRIES = {
  most: 12,
  firstMs: 25,
  capMs: 1_000,
  random: Math.random,
};

/**
 * Whether a write would fail every time: a value or a key is to blame for it. Deno
 * KV throws a `TypeError` for that, and for a database that somebody else is
 * writing to at the moment, too.
 */
export function isPermanent(error: unknown): boolean {
  return error instanceof TypeError && !/locked|busy/i.test(error.message);
}
