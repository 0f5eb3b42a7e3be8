import { systemClock, type Timer } from "../clock.ts";
import type { CallParts } from "./call.ts";
import { type Handshake, OfferingPeer } from "./offering_peer.ts";
import { Problem } from "./problems.ts";

/** Where UDP is open the two sides find each other well before this; after it something blocks, in ms. */
const FIND_TIMEOUT_MS = 3_500;

/** From then on they agree on keys, which through a bad network takes a few tries, in ms. */
const AGREE_TIMEOUT_MS = 8_000;

/**
 * A network that is gone may come back, and the call with it. The wire has no way
 * to restart a call's ICE, so after this long a new call is made, in ms.
 */
const GRACE_MS = 7_000;

/** The peer connection of a call: the microphone out, the agent's voice in. */
export class MediaPeer {
  readonly #offering: OfferingPeer;
  readonly #pc: RTCPeerConnection;
  readonly #parts: CallParts;
  #voice: MediaStream | undefined;
  #grace: Timer | undefined;

  /** @param handshake How the call is made; what was prepared for it is used. */
  constructor(parts: CallParts, handshake: Handshake) {
    this.#parts = parts;
    const { microphone, prepared } = parts;
    this.#offering = prepared?.handshake === handshake
      ? prepared
      : new OfferingPeer(handshake);
    if (this.#offering !== prepared) prepared?.close();
    this.#pc = this.#offering.connection;
    if (microphone !== undefined) void this.setMicrophone(microphone);
    this.#pc.addEventListener("track", ({ track, streams }) => {
      const voice = streams[0] ?? new MediaStream([track]);
      this.#voice = voice;
      parts.speaker.play(voice);
      parts.onVoice(voice);
    });
    this.#pc.addEventListener("connectionstatechange", () => this.#look());
    addEventListener("online", this.#online);
  }

  /** The model's events, where the browser has them itself. */
  get channel(): RTCDataChannel | undefined {
    return this.#offering.channel;
  }

  offer(): Promise<string> {
    return this.#offering.offer;
  }

  /**
   * Takes the answer; resolves when the call stands.
   *
   * @throws {Problem} where no way for the audio is found in time.
   */
  async accept(answer: string): Promise<void> {
    await this.#pc.setRemoteDescription({ type: "answer", sdp: answer });
    this.#parts.onAnswered();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = () => reject(new Problem("call_not_connected", "", true));
    let timer = setTimeout(refuse, FIND_TIMEOUT_MS);
    const found = () => {
      if (!/connected|completed/.test(this.#pc.iceConnectionState)) return;
      clearTimeout(timer);
      timer = setTimeout(refuse, AGREE_TIMEOUT_MS);
      this.#pc.removeEventListener("iceconnectionstatechange", found);
    };
    const look = () => {
      if (this.#pc.connectionState === "connected") resolve();
      if (/failed|closed/.test(this.#pc.connectionState)) refuse();
    };
    this.#pc.addEventListener("iceconnectionstatechange", found);
    this.#pc.addEventListener("connectionstatechange", look);
    look();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#pc.removeEventListener("iceconnectionstatechange", found);
      this.#pc.removeEventListener("connectionstatechange", look);
    }
  }

  async setMicrophone(stream: MediaStream | undefined): Promise<void> {
    await this.#offering.sender.replaceTrack(
      stream?.getAudioTracks()[0] ?? null,
    );
  }

  stats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  close(): void {
    systemClock.clear(this.#grace);
    removeEventListener("online", this.#online);
    if (this.#voice !== undefined) this.#parts.speaker.stop(this.#voice);
    this.#offering.close();
  }

  #look(): void {
    systemClock.clear(this.#grace);
    switch (this.#pc.connectionState) {
      case "disconnected":
        this.#grace = systemClock.after(GRACE_MS, () => this.#lost());
        break;
      case "failed":
        this.#lost();
    }
  }

  /** Another network: what was lost on the old one does not come back. */
  readonly #online = (): void => {
    if (this.#pc.connectionState === "disconnected") this.#lost();
  };

  #lost(): void {
    systemClock.clear(this.#grace);
    this.#parts.lost();
  }
}
