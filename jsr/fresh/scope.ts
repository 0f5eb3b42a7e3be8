/**
 * Scopes: the part of the tree of patterns to which a middleware, a layout or
 * an error handler applies. They match the segments of registered patterns,
 * never the URL.
 */

/** Segments of a pattern or path. */
export function segmentsOf(pattern: string): string[] {
  return pattern.split("/").filter((segment) => segment !== "");
}

/** Segments of a scope; `*` and `/` are the root. */
export function scopeOf(path: string): string[] {
  return path === "*" || path === "/*" ? [] : segmentsOf(path);
}

const isGroup = (segment: string) => /^\(.+\)$/.test(segment);

/** Whether a scope covers what lies at `segments`; both may name groups. */
export function covers(scope: string[], segments: string[]): boolean {
  // Who writes a scope by hand means the URL, where groups don't show.
  const place = scope.some(isGroup)
    ? segments
    : segments.filter((segment) => !isGroup(segment));
  return scope.every((segment, i) => segment === place[i]);
}
