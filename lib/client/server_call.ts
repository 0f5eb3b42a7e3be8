import type { RealtimeServerEvent } from "../realtime/events.ts";
import type { ServerFrame } from "../session/envelope.ts";
import type { Call, CallParts } from "./call.ts";
import { MediaPeer } from "./media_peer.ts";

/**
 * A call that the server makes: the offer and the answer go over `/session`, and
 * so do the model's events. There is no channel to the model in the browser.
 */
export class ServerCall implements Call {
  readonly #parts: CallParts;
  readonly #peer: MediaPeer;
  readonly #answer = Promise.withResolvers<string>();

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#peer = new MediaPeer(parts, "server");
  }

  async connect(): Promise<void> {
    const { send, offered } = this.#parts;
    if (!offered) send({ type: "offer", sdp: await this.#peer.offer() });
    await this.#peer.accept(await this.#answer.promise);
    send({ type: "connected" });
  }

  receive(frame: ServerFrame): void {
    if (frame.type === "answer") this.#answer.resolve(frame.sdp);
    if (frame.type === "event") {
      this.#parts.onEvent(frame.event as object as RealtimeServerEvent);
    }
  }

  setMicrophone(stream: MediaStream | undefined): Promise<void> {
    return this.#peer.setMicrophone(stream);
  }

  stats(): Promise<RTCStatsReport> {
    return this.#peer.stats();
  }

  close(): void {
    this.#peer.close();
  }
}
