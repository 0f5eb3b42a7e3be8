/**
 * The embedded peer as a provider of its own, whose answers take their time:
 *
 * ```sh
 * deno run -A bench/support/delayed_peer.ts --delay=150
 * ```
 */
import { parseArgs } from "node:util";
import { delay } from "../../lib/clock.ts";
import { json } from "../../lib/local/http.ts";
import { LocalPeer } from "../../lib/local/peer.ts";
import { handlePeerRequest } from "../../lib/local/requests.ts";

const BASE = "/v1";

/** How often the peer was asked for what, such as `POST /v1/realtime/calls`. */
export type Requests = Record<string, number>;

/**
 * Listens on a free port of loopback, and says on which. Each request of the wire,
 * WebSockets too, waits `delayMs` for its answer. A browser's question whether it
 * may ask at all (CORS) does not: nothing has to be made for that.
 *
 * `GET /requests` has what it was asked for so far, as {@link Requests}.
 */
async function serve(delayMs: number): Promise<void> {
  const peer = new LocalPeer();
  await peer.load();
  const requests: Requests = {};
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) =>
      console.log(`The delayed peer listens on http://127.0.0.1:${port}`),
  }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/requests") return json(requests);
    const name = `${request.method} ${pathname}`;
    requests[name] = (requests[name] ?? 0) + 1;
    // The preflight of a page from elsewhere, too: a browser waits for it.
    if (delayMs > 0) await delay(delayMs);
    return await handlePeerRequest(
      peer,
      request,
      pathname.slice(BASE.length),
      BASE,
    );
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { delay: { type: "string", default: "0" } },
  });
  await serve(Number(values.delay));
}
