import type { Config } from "../config.ts";
import { bearerOf, HttpRefusal } from "../local/http.ts";
import { clientAt, isLoopback } from "./addresses.ts";
import type { Caller } from "./caller.ts";
import type { Doors } from "./doors.ts";

/** A browser can't set headers on a WebSocket: its key comes as a subprotocol. */
const KEY_PROTOCOL = "openai-insecure-api-key.";

/** What the embedded peer's client secrets begin with. */
const SECRET = "ek_";

/**
 * The embedded peer's own door: open to programs and pages on this machine, and
 * to all only where that was asked for. Where there is an access token it is the
 * API key; a client secret will do too, for it was got with one.
 *
 * @throws {HttpRefusal} 403, 401 or 429.
 */
export async function checkPeerCaller(
  request: Request,
  caller: Caller,
  { localPeer }: Pick<Config, "localPeer">,
  doors: Doors,
): Promise<void> {
  // What a proxy passes on comes from this machine only by its last step.
  const here = isLoopback(caller.address) && !caller.passedOn;
  if (!here && localPeer !== "open") {
    doors.refused(clientAt(caller.address), "peer_from_elsewhere");
    throw new HttpRefusal(
      403,
      "not_allowed",
      "The embedded peer answers on its own machine only: set LOCAL_PEER=open to let other machines in",
    );
  }
  // Browsers ask what they may send before they send a key.
  if (request.method === "OPTIONS") return;
  const key = bearerOf(request) ?? keyInProtocols(request.headers);
  // The peer itself looks whether it is one of its own.
  if (key?.startsWith(SECRET)) return;
  const recognition = await doors.recognise(request, caller, key);
  switch (recognition.kind) {
    case "guessing":
      throw new HttpRefusal(
        429,
        "rate_limit_exceeded",
        `Too many wrong access tokens: try again in ${recognition.seconds} seconds`,
      );
    case "stranger":
      doors.refused(clientAt(caller.address), "not_signed_in");
      throw new HttpRefusal(
        401,
        "invalid_api_key",
        "This server has an access token: it is the API key of the embedded peer, too",
      );
  }
}

function keyInProtocols(headers: Headers): string | undefined {
  return (headers.get("sec-websocket-protocol") ?? "").split(",")
    .map((name) => name.trim())
    .find((name) => name.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
}
