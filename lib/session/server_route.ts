import type { AgentLoop } from "../engine/agent_loop.ts";
import type { ModelLink } from "../realtime/link.ts";
import { watchedLink } from "./watched_link.ts";
import type { Route, RouteParts } from "./routes.ts";

/**
 * Handshake `server`: Parley makes the call with its own key and joins it on the
 * sideband. The browser gets an SDP answer and the events it may see; it has no
 * key, no call id and no channel on which it could change the session.
 */
export function openServerCall(parts: RouteParts): Promise<Route> {
  const call = new ServerCall(parts);
  parts.ready({ handshake: "server", transport: "webrtc" });
  return Promise.resolve(call);
}

class ServerCall implements Route {
  readonly #parts: RouteParts;
  #offered = false;
  #connected = false;
  #callId: string | undefined;
  #link: ModelLink | undefined;
  #loop: AgentLoop | undefined;

  constructor(parts: RouteParts) {
    this.#parts = parts;
  }

  receive(frame: Parameters<Route["receive"]>[0]): void {
    if (frame.type === "offer") void this.#call(frame.sdp);
    if (frame.type === "connected" && !this.#connected) {
      this.#connected = true;
      this.#loop?.greet();
    }
  }

  async close(): Promise<void> {
    await this.#link?.close();
    await this.#hangUp();
  }

  async #call(offer: string): Promise<void> {
    const { provider, signal, config, send, refuse, lost } = this.#parts;
    if (this.#offered) return;
    this.#offered = true;
    try {
      if (/^m=application /m.test(offer)) {
        throw new DataChannelOffered();
      }
      const call = await provider.createCall(offer, config(), signal);
      this.#callId = call.callId;
      if (signal.aborted) return await this.#hangUp();
      // The browser can connect while Parley joins.
      send({ type: "answer", sdp: call.answer });
    } catch (error) {
      this.#offered = false;
      if (!(error instanceof DataChannelOffered)) return refuse(error);
      send({
        type: "error",
        code: "data_channel_offered",
        message: error.message,
        retryable: false,
      });
      return;
    }
    try {
      const link = await provider.attach(this.#callId, signal);
      if (signal.aborted) return await link.close();
      this.#link = watchedLink(link, {
        forPage: (event) => send({ type: "event", event: { ...event } }),
        ended: () => lost("The call to the model ended"),
      });
      this.#loop = this.#parts.run(this.#link, { guarded: true });
      if (this.#connected) this.#loop.greet();
    } catch (error) {
      if (signal.aborted) return;
      refuse(error);
      lost("The call could not be joined");
    }
  }

  async #hangUp(): Promise<void> {
    const callId = this.#callId;
    if (callId === undefined) return;
    this.#callId = undefined;
    try {
      await this.#parts.provider.hangup(callId);
    } catch (error) {
      this.#parts.session.log.warn("The call could not be hung up", {
        error: String(error),
      });
    }
  }
}

/** The model would send instructions and tools over it, and take changes. */
class DataChannelOffered extends Error {
  override message =
    "The offer has a data channel. In this handshake the server holds the events: offer audio only";
}
