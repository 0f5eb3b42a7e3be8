import { addressIn, type AddressRanges } from "./addresses.ts";

/** Where a request comes from, as far as it can be believed. */
export interface Caller {
  /** The client's address; empty where there is none, as on a Unix socket. */
  address: string;
  /** The server's own origin, as the client's browser sees it. */
  origin: string;
  /** Somebody passed the request on who is not among the trusted proxies. */
  passedOn: boolean;
}

/**
 * Finds out who calls. What `X-Forwarded-For`, `-Proto` and `-Host` say is
 * believed from trusted proxies only; of a chain of proxies the last one that is
 * not trusted is the client, whatever it claims to have passed on.
 *
 * @param remote The address that the connection comes from.
 */
export function callerOf(
  { url, headers }: Pick<Request, "url" | "headers">,
  remote: string,
  trusted: AddressRanges,
): Caller {
  const { origin } = new URL(url);
  const peer = addressIn(remote) ?? "";
  const clients = listIn(headers, "x-forwarded-for");
  let address = peer;
  let hops = 0;
  while (trusted.includes(address) && hops < clients.length) {
    const before = addressIn(clients[clients.length - 1 - hops]!);
    if (before === undefined) break;
    address = before;
    hops++;
  }
  if (!trusted.includes(peer)) {
    const passedOn = clients.length > 0 || headers.has("forwarded");
    return { address, origin, passedOn };
  }
  return { address, origin: originOf(headers, origin, hops), passedOn: false };
}

/** The origin that the outermost trusted proxy was asked for. */
function originOf(headers: Headers, own: string, hops: number): string {
  // A proxy adds its word at the end, or replaces what is there.
  const said = (name: string) => {
    const list = listIn(headers, name);
    return list.at(-Math.max(hops, 1)) ?? list[0];
  };
  const { protocol, host } = new URL(own);
  const scheme = said("x-forwarded-proto") ?? protocol.replace(":", "");
  const name = said("x-forwarded-host") ?? host;
  const url = URL.parse(`${scheme}://${name}`);
  return url !== null && /^https?:$/.test(url.protocol) ? url.origin : own;
}

function listIn(headers: Headers, name: string): string[] {
  return (headers.get(name) ?? "").split(",").map((part) => part.trim())
    .filter((part) => part !== "");
}
