import type { SessionConfig } from "../realtime/events.ts";
import type { ModelLink } from "../realtime/link.ts";
import { OpenAIProvider } from "../realtime/openai.ts";
import { ProviderError } from "../realtime/provider.ts";
import { explainMissingCall } from "../realtime/refusals.ts";
import type { LocalPeer } from "./peer.ts";
import { PeerLink } from "./peer_link.ts";
import { handlePeerRequest } from "./requests.ts";
import { LOCAL_MODEL } from "./session_config.ts";

/** Where Parley's own server shows the embedded peer. */
export const LOCAL_BASE = "/local/v1";

/**
 * The embedded peer as a provider: OpenAI's client on the peer's own HTTP face,
 * without the way over the network, and links without sockets.
 */
export function localProvider(peer: LocalPeer): OpenAIProvider {
  return new LocalProvider(peer);
}

class LocalProvider extends OpenAIProvider {
  readonly #peer: LocalPeer;

  constructor(peer: LocalPeer) {
    super({
      title: "The embedded peer",
      // The peer takes any key; it must only look like one.
      apiKey: "no-key-needed-here",
      baseUrl: `http://embedded.invalid${LOCAL_BASE}`,
      // The browser reaches the peer through Parley's server, whatever its name.
      callsUrl: `${LOCAL_BASE}/realtime/calls`,
      fetch: (input, init) => {
        const request = new Request(input, init);
        const path = new URL(request.url).pathname.slice(LOCAL_BASE.length);
        return handlePeerRequest(peer, request, path, LOCAL_BASE);
      },
    });
    this.#peer = peer;
  }

  // deno-lint-ignore require-await -- a promise that rejects, not a throw
  override async attach(
    callId: string,
    signal: AbortSignal,
  ): Promise<ModelLink> {
    signal.throwIfAborted();
    const session = this.#peer.session(callId);
    if (session === undefined) {
      throw new ProviderError(explainMissingCall(this.title));
    }
    return new PeerLink(session);
  }

  // deno-lint-ignore require-await -- a promise that rejects, not a throw
  override async open(
    session: SessionConfig,
    signal: AbortSignal,
  ): Promise<ModelLink> {
    signal.throwIfAborted();
    const { model = LOCAL_MODEL, ...rest } = session;
    const opened = this.#peer.open({ type: "realtime", model }, () => {});
    const link = new PeerLink(opened);
    // Nobody else can be on it: the session ends with its only link.
    void link.closed.then(() => opened.close());
    link.send({ type: "session.update", session: rest });
    return link;
  }
}
