/**
 * Whether a write would fail every time: a value or a key is to blame for it. Deno
 * KV throws a `TypeError` for that, and for a database that somebody else is
 * writing to at the moment, too.
 */
export function isPermanent(error: unknown): boolean {
  return error instanceof TypeError && !/locked|busy/i.test(error.message);
}
