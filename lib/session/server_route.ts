import type { ModelLink } from "../realtime/link.ts";
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

/**
 * Joins a call that another process has made.
 *
 * @throws {ProviderError} where there is no such call any more.
 */
export async function rejoinServerCall(
  parts: RouteParts,
  callId: string,
): Promise<Route> {
  const call = new ServerCall(parts, callId);
  await call.join(callId);
  return call;
}

class ServerCall implements Route {
  readonly #parts: RouteParts;
  #offered: boolean;
  #connected = false;
  #callId: string | undefined;
  #link: ModelLink | undefined;

  /** @param callId Of a call that stands already. */
  constructor(parts: RouteParts, callId?: string) {
    this.#parts = parts;
    this.#callId = callId;
    this.#offered = callId !== undefined;
  }

  receive(frame: Parameters<Route["receive"]>[0]): void {
    if (frame.type === "offer") void this.#call(frame.sdp);
    if (frame.type === "connected" && !this.#connected) {
      this.#connected = true;
      if (this.#link !== undefined) this.#parts.stands();
    }
  }

  async close(hangUp: boolean): Promise<void> {
    await this.#link?.close();
    if (hangUp) await this.#hangUp();
  }

  /** Joins the call on the sideband. */
  async join(callId: string): Promise<void> {
    const { provider, signal, run } = this.#parts;
    const link = await provider.attach(callId, signal);
    if (signal.aborted) return await link.close();
    this.#link = link;
    run(link, { guarded: true, forPage: true });
  }

  async #call(offer: string): Promise<void> {
    const { provider, signal, config, send, called, refuse, lost, stands } =
      this.#parts;
    if (this.#offered) return;
    this.#offered = true;
    let callId: string;
    try {
      if (/^m=application /m.test(offer)) throw new DataChannelOffered();
      const call = await provider.createCall(offer, config(), signal);
      callId = this.#callId = call.callId;
      if (signal.aborted) return await this.#hangUp();
      called(callId);
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
      await this.join(callId);
      if (this.#connected && !signal.aborted) stands();
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
      this.#parts.notHungUp(error);
    }
  }
}

/** The model would send instructions and tools over it, and take changes. */
class DataChannelOffered extends Error {
  override message =
    "The offer has a data channel. In this handshake the server holds the events: offer audio only";
}
