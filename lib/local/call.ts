import { Buffer } from "node:buffer";
import {
  MediaStreamTrack,
  type RTCDataChannel,
  type RTCDtlsTransport,
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
import { PacketOrder } from "./audio/packet_order.ts";
import { DtlsFlights } from "./dtls_flights.ts";
import type { AudioOutput, Utterance } from "./output.ts";
import { guardPackets } from "./packet_guard.ts";
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
  #order: PacketOrder | undefined;
  #flights: DtlsFlights[] = [];

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
    const order = this.#order = new PacketOrder(
      (packet, missing) => session.ear.opus(packet, missing),
      this.#clock,
    );
    this.#pc.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(({ header, payload }) =>
        order.receive(header.sequenceNumber, payload)
      );
    });
    try {
      await this.#pc.setRemoteDescription({ type: "offer", sdp: offer });
      this.#askNobody();
      this.#preferDtlsServer(offer);
      guardPackets(this.#pc);
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
    this.#order?.close();
    for (const flights of this.#flights) flights.close();
    this.#unsubscribe?.();
    await this.#pc.close();
  }

  /**
   * Has werift look for host candidates only: without any ICE server it would ask
   * one of Google's, and where UDP is blocked wait 5 s for the answer.
   */
  #askNobody(): void {
    for (const { connection } of this.#pc.iceTransports) {
      connection.stunServer = undefined;
    }
  }

  /**
   * Lets the browser begin the DTLS handshake where its offer leaves that open.
   * As DTLS client werift stays stuck, about once in fifteen calls on a busy
   * machine, when the browser repeats a flight; as server it does not.
   */
  #preferDtlsServer(offer: string): void {
    if (!/^a=setup:actpass/m.test(offer)) return;
    for (const transport of this.#pc.dtlsTransports) {
      transport.role = "server";
      this.#flights.push(straighten(transport, this.#clock));
    }
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

/** Puts {@link DtlsFlights} between a DTLS server of werift's and its network. */
function straighten(transport: RTCDtlsTransport, clock: Clock): DtlsFlights {
  const { connection } = transport.iceTransport;
  const deliver = connection.onData.execute;
  const transmit = connection.send.bind(connection);
  const flights = new DtlsFlights(
    (record) => deliver(bufferOf(record)),
    // Whatever can't be sent now is as good as lost, and will be repeated.
    (datagram) => void transmit(bufferOf(datagram)).catch(() => {}),
    clock,
  );
  connection.onData.execute = (data) =>
    isDtls(data) ? flights.receive(data) : deliver(data);
  connection.send = (data) => {
    if (!isDtls(data)) return transmit(data);
    flights.send(data);
    return Promise.resolve();
  };
  transport.onStateChange.subscribe((state) => {
    // The server is made right after this.
    if (state === "connecting") queueMicrotask(() => flights.open());
  });
  return flights;
}

/** By the first byte: RFC 7983, section 7. */
function isDtls([type]: Uint8Array): boolean {
  return type !== undefined && type > 19 && type < 64;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
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
      [/^a=ice-pwd:/m, "an ICE password"],
      [/^a=fingerprint:/m, "a DTLS fingerprint"],
    ] as const
  ) {
    if (!line.test(offer)) throw new OfferError(`The offer lacks ${what}`);
  }
}
