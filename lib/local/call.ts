import {
  MediaStreamTrack,
  type RTCDataChannel,
  RTCPeerConnection,
  RtpHeader,
  RtpPacket,
  useOPUS,
} from "werift";
import { type Clock, systemClock, type Timer } from "../clock.ts";
import type {
  RealtimeServerEvent,
  UnsentServerEvent,
} from "../realtime/events.ts";
import type { Ear } from "./audio/hearing.ts";
import type { AudioOutput, Utterance } from "./output.ts";
import { PACKET_MS, Playback } from "./playback.ts";

/** Opus over RTP always counts at 48 kHz. */
const TICKS_PER_MS = 48;

/** A browser that is gone this long without a word is gone for good. */
const LOST_MS = 15_000;

/** An offer that can't be answered; the message says what is wrong with it. */
export class OfferError extends Error {
  override name = "OfferError";
}

/** What a call needs of the session behind it. */
export interface CallSession {
  readonly ear: Ear;
  subscribe(listener: (event: RealtimeServerEvent) => void): () => void;
  receive(raw: string): Promise<void>;
}

/** The WebRTC side of one call: a person's audio in, the agent's voice out. */
export class Call {
  readonly #pc: RTCPeerConnection;
  readonly #voice = new MediaStreamTrack({ kind: "audio" });
  readonly #clock: Clock;
  readonly #gone: () => void;
  #sequence = Math.floor(Math.random() * 0x8000);
  #epoch: number;
  #timestamp = 0;
  #lost: Timer | undefined;
  #unsubscribe: (() => void) | undefined;
  #expected: number | undefined;

  /**
   * @param gone Called when the browser has hung up or was lost.
   */
  constructor(gone: () => void, clock: Clock = systemClock) {
    this.#gone = gone;
    this.#clock = clock;
    this.#epoch = clock.now();
    this.#pc = new RTCPeerConnection({
      codecs: { audio: [useOPUS()], video: [] },
      // Host candidates only: there is nobody to ask on a machine without network.
      iceServers: [],
    });
    this.#pc.addTransceiver(this.#voice, { direction: "sendrecv" });
    this.#pc.connectionStateChange.subscribe((state) => this.#watch(state));
  }

  /** The playback that sends its packets over this call. */
  playback(emit: (event: UnsentServerEvent) => void): AudioOutput {
    const response = ({ responseId }: Utterance) => ({
      response_id: responseId,
    });
    return new Playback({
      packet: (packet, first) => this.#send(packet, first),
      started: (utterance) =>
        emit({ type: "output_audio_buffer.started", ...response(utterance) }),
      stopped: (utterance) =>
        emit({ type: "output_audio_buffer.stopped", ...response(utterance) }),
    }, this.#clock);
  }

  /**
   * Answers the browser's offer.
   *
   * @returns The answer's SDP, all candidates included.
   * @throws {OfferError} where the offer can't be used.
   */
  async answer(offer: string, session: CallSession): Promise<string> {
    this.#pc.onDataChannel.subscribe((channel) => this.#join(channel, session));
    this.#pc.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(({ header, payload }) =>
        this.#receive(header.sequenceNumber, payload, session.ear)
      );
    });
    try {
      await this.#pc.setRemoteDescription({ type: "offer", sdp: offer });
      this.#preferDtlsServer(offer);
      await this.#pc.setLocalDescription(await this.#pc.createAnswer());
    } catch (error) {
      throw new OfferError(
        `The offer can't be answered: ${
          error instanceof Error ? error.message : error
        }`,
      );
    }
    return this.#pc.localDescription!.sdp;
  }

  async close(): Promise<void> {
    this.#clock.clear(this.#lost);
    this.#unsubscribe?.();
    await this.#pc.close();
  }

  /**
   * Lets the browser begin the DTLS handshake where its offer leaves that open.
   * As DTLS client werift stays stuck, about once in fifteen calls on a busy
   * machine, when the browser repeats a flight; as server it does not.
   */
  #preferDtlsServer(offer: string): void {
    if (!/^a=setup:actpass/m.test(offer)) return;
    for (const transport of this.#pc.dtlsTransports) transport.role = "server";
  }

  #join(channel: RTCDataChannel, session: CallSession): void {
    channel.onMessage.subscribe((data) => {
      void session.receive(
        typeof data === "string" ? data : new TextDecoder().decode(data),
      );
    });
    channel.stateChanged.subscribe((state) => {
      if (state === "closed") this.#gone();
    });
    const open = () => {
      this.#unsubscribe = session.subscribe((event) =>
        channel.send(JSON.stringify(event))
      );
    };
    if (channel.readyState === "open") open();
    else channel.stateChanged.watch((state) => state === "open").then(open);
  }

  #receive(sequence: number, payload: Uint8Array, ear: Ear): void {
    // 16-bit arithmetic: how far this packet is ahead of the one expected.
    const ahead = this.#expected === undefined
      ? 0
      : (sequence - this.#expected) & 0xffff;
    if (ahead > 0x8000) return; // Late: its place has been concealed already.
    this.#expected = (sequence + 1) & 0xffff;
    ear.opus(payload, ahead);
  }

  #send(packet: Uint8Array, first: boolean): void {
    const elapsed = Math.round(
      (this.#clock.now() - this.#epoch) * TICKS_PER_MS,
    );
    // After a silence the timestamp jumps to the time that has passed, so that
    // the receiver plays the pause as a pause.
    this.#timestamp = first
      ? Math.max(elapsed, this.#timestamp + PACKET_MS * TICKS_PER_MS)
      : this.#timestamp + PACKET_MS * TICKS_PER_MS;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const header = new RtpHeader({
      payloadType: 111,
      sequenceNumber: this.#sequence,
      timestamp: this.#timestamp >>> 0,
      marker: first,
    });
    this.#voice.writeRtp(new RtpPacket(header, packet as never));
  }

  #watch(state: string): void {
    this.#clock.clear(this.#lost);
    if (state === "failed" || state === "closed") this.#gone();
    if (state === "disconnected") {
      this.#lost = this.#clock.after(LOST_MS, this.#gone);
    }
  }
}

/**
 * Looks whether a text can be an offer at all.
 *
 * @throws {OfferError} that says what is missing.
 */
export function checkOffer(offer: string): void {
  if (!/^v=0\r?\n/.test(offer)) {
    throw new OfferError(
      `The offer is no SDP: it begins with ${
        JSON.stringify(offer.slice(0, 20))
      } instead of "v=0"`,
    );
  }
  for (
    const [line, what] of [
      [/^m=audio /m, "an audio section"],
      [/^a=ice-ufrag:/m, "an ICE user name"],
      [/^a=fingerprint:/m, "a DTLS fingerprint"],
    ] as const
  ) {
    if (!line.test(offer)) throw new OfferError(`The offer lacks ${what}`);
  }
}
