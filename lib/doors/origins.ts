const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * An origin as browsers write it, such as `https://example.com`.
 *
 * @throws {TypeError} naming what is none.
 */
export function originIn(text: string): string {
  const url = URL.parse(text);
  if (
    url === null || !/^https?:$/.test(url.protocol) ||
    url.href !== `${url.origin}/` || url.host.includes("*")
  ) {
    throw new TypeError(`'${text}' is no origin such as https://example.com`);
  }
  return url.origin;
}

/**
 * Whether a request comes from a page that has no business here: one that would
 * change something or open a WebSocket, sent by a browser for another site. A
 * request without an `Origin` comes from no other site's page: browsers add one
 * (https://fetch.spec.whatwg.org/#origin-header).
 *
 * @param own The server's own origin.
 * @param allowed Origins that are as welcome.
 */
export function isForeign(
  { method, headers }: Pick<Request, "method" | "headers">,
  own: string,
  allowed: readonly string[],
): boolean {
  const origin = headers.get("origin");
  if (origin === null) return false;
  const opens = headers.get("upgrade")?.toLowerCase() === "websocket";
  if (SAFE.has(method) && !opens) return false;
  // No page can set it. It also speaks for a form whose origin is hidden.
  if (headers.get("sec-fetch-site") === "same-origin") return false;
  return origin !== own && !allowed.includes(origin);
}
