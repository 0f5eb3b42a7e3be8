/** What marks the version of an asset: the build's ID. */
export const CACHE_KEY = "__frsh_c";

let findBuildId = (): string | undefined => undefined;

/** Says where `asset` finds the ID of the build. */
export function setBuildId(find: () => string | undefined): void {
  findBuildId = find;
}

/** Adds the cache key to a root-relative path, so that it may be kept for good. */
export function asset(path: string): string {
  const buildId = findBuildId();
  if (buildId === undefined || !/^\/(?!\/)/.test(path)) return path;
  const [, head, query, hash] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(path)!;
  if (query?.includes(CACHE_KEY + "=")) return path;
  const joined = query ? query + "&" : "?";
  return `${head}${joined}${CACHE_KEY}=${buildId}${hash ?? ""}`;
}
