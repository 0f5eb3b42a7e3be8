import type { Config } from "../config.ts";
import { addressIn, isLoopback } from "./addresses.ts";
import type { Caller } from "./caller.ts";

/**
 * Whether a request came to this machine's own server under a name that somebody
 * else may have given it: a site can have its name lead to 127.0.0.1, and its
 * pages count as the server's own then (DNS rebinding).
 *
 * Only where nothing else would keep them out: a server that other machines
 * reach is asked for by any name, and a token is not sent to another's.
 *
 * @param asksForToken Whether nobody comes in without one.
 */
export function isRebound(
  { address, origin }: Caller,
  { host, allowedOrigins, trustedProxies }: Pick<
    Config,
    "host" | "allowedOrigins" | "trustedProxies"
  >,
  asksForToken: boolean,
): boolean {
  if (asksForToken || !isOwn(host) || !isLoopback(address)) return false;
  if (trustedProxies.includes(address)) return false;
  const { hostname } = new URL(origin);
  return !isOwn(hostname) && addressIn(hostname) === undefined &&
    !allowedOrigins.includes(origin);
}

/** Whether a name is this machine's own, whoever asks (RFC 6761, 6.3). */
function isOwn(name: string): boolean {
  return isLoopback(name) || /^(?:.+\.)?localhost\.?$/.test(name);
}
