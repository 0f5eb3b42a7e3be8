import { createSocket, type Socket } from "node:dgram";
import { randomBytes } from "node:crypto";
import {
  MediaStreamTrack,
  type RTCDataChannel,
  RTCPeerConnection,
  type RtpHeader,
  useOPUS,
} from "werift";
import { guardPackets } from "../../lib/local/packet_guard.ts";
import type { LocalPeer } from "../../lib/local/peer.ts";
import { bindingRequest, sctpPacket } from "./packet_samples.ts";

/** Where a call listens, and what its packets are signed with. */
export interface Door {
  host: string;
  port: number;
  userName: string;
  /** Undefined for who does not know it. */
  password: string | undefined;
}

/** The IPv4 door that an answer names. */
export function doorIn(answer: string): Door {
  const field = (pattern: RegExp) => {
    const found = pattern.exec(answer)?.[1];
    if (found === undefined) throw new Error(`The answer lacks ${pattern}`);
    return found;
  };
  const candidate = /^a=candidate:\S+ 1 udp \d+ (\d+\.\S+) (\d+) typ host/m
    .exec(answer);
  if (candidate === null) throw new Error("The answer has no IPv4 candidate");
  return {
    host: candidate[1]!,
    port: Number(candidate[2]),
    userName: field(/^a=ice-ufrag:(\S+)/m),
    password: field(/^a=ice-pwd:(\S+)/m),
  };
}

/** A UDP socket that sends whatever it is given. */
export class Stranger {
  readonly #socket: Socket = createSocket("udp4");
  readonly #answered = new Map<string, () => void>();

  constructor() {
    this.#socket.on("message", (message) => {
      const transaction = message.subarray(8, 20).toString("hex");
      this.#answered.get(transaction)?.();
      this.#answered.delete(transaction);
    });
    this.#socket.on("error", () => {});
  }

  /** Resolves when the packet has left. */
  send(packet: Uint8Array, { host, port }: Door): Promise<void> {
    return new Promise((resolve) =>
      this.#socket.send(packet, port, host, () => resolve())
    );
  }

  /** Sends a request, signed if the password is known; resolves when it is answered. */
  async knock(door: Door, from: string): Promise<void> {
    const { userName: to, password } = door;
    const transaction = randomBytes(12);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#answered.set(transaction.toString("hex"), resolve);
    const request = bindingRequest({ to, from, password, transaction });
    await this.send(request, door);
    await promise;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

/**
 * As DTLS client werift stays stuck now and then on a busy machine, which is this
 * caller's fault and not the peer's: it calls again, after so many ms.
 */
const OPEN_MS = 15_000;
const TRIES = 3;

/** The `a=max-message-size` of the peer's answers. */
const MOST_BYTES = 65_536;

/** What of werift's inside is needed to send what its outside would not. */
interface Inside {
  dtlsTransports: {
    sendData(data: Uint8Array): Promise<void>;
    sendRtp(payload: Uint8Array, header: RtpHeader): Promise<unknown>;
    sendRtcp(packets: { serialize(): Uint8Array }[]): Promise<unknown>;
  }[];
  sctpTransport: { sctp: { remoteVerificationTag: number } };
}

/** A caller in this process: WebRTC as a browser's, and more than it would send. */
export class Caller {
  readonly id: string;
  readonly door: Door;
  readonly #pc: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #waiting = new Map<string, () => void>();
  #questions = 0;

  private constructor(
    pc: RTCPeerConnection,
    channel: RTCDataChannel,
    { id, answer }: { id: string; answer: string },
  ) {
    this.id = id;
    this.door = doorIn(answer);
    this.#pc = pc;
    this.#channel = channel;
    channel.onMessage.subscribe((data) => {
      const id = /No item '(question_\d+)'/.exec(String(data))?.[1];
      if (id !== undefined) this.#waiting.get(id)?.();
    });
  }

  /**
   * Calls and waits until the data channel is open.
   *
   * @throws where that does not come about in three tries.
   */
  static async call(peer: LocalPeer): Promise<Caller> {
    for (let time = 0; time < TRIES; time++) {
      const { caller, open } = await Caller.#dial(peer);
      const { promise: late, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), OPEN_MS);
      const opened = await Promise.race([open.then(() => true), late]);
      clearTimeout(timer);
      if (opened) return caller;
      await caller.close();
    }
    throw new Error(`No data channel opened in ${TRIES} calls`);
  }

  static async #dial(
    peer: LocalPeer,
  ): Promise<{ caller: Caller; open: Promise<unknown> }> {
    const pc = new RTCPeerConnection({
      codecs: { audio: [useOPUS()], video: [] },
      iceServers: [],
    });
    pc.addTransceiver(new MediaStreamTrack({ kind: "audio" }), {
      direction: "sendrecv",
    });
    const channel = pc.createDataChannel("oai-events");
    const open = channel.stateChanged.watch((state) => state === "open");
    await pc.setLocalDescription(await pc.createOffer());
    const call = await peer.call(pc.localDescription!.sdp, {
      type: "realtime",
      output_modalities: ["text"],
    });
    const caller = new Caller(pc, channel, call);
    await pc.setRemoteDescription({ type: "answer", sdp: call.answer });
    // What the peer sends over a channel that was made up is not for werift.
    guardPackets(pc);
    return { caller, open };
  }

  /** Asks over the data channel; resolves when it is answered. */
  async ask(): Promise<void> {
    const item_id = `question_${++this.#questions}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(item_id, resolve);
    this.#channel.send(
      JSON.stringify({ type: "conversation.item.retrieve", item_id }),
    );
    await promise;
    this.#waiting.delete(item_id);
  }

  /** Sends a message, unless it is longer than the peer said it takes. */
  say(message: string | Uint8Array): void {
    const bytes = Buffer.from(message);
    if (bytes.length > MOST_BYTES) return;
    this.#channel.send(typeof message === "string" ? message : bytes);
  }

  sendRtp(payload: Uint8Array, header: RtpHeader): Promise<unknown> {
    return this.#inside.dtlsTransports[0]!.sendRtp(
      Buffer.from(payload),
      header,
    );
  }

  sendRtcp(bytes: Uint8Array): Promise<unknown> {
    // Encryption itself needs a header and a source.
    const packet = new Uint8Array(Math.max(8, bytes.length));
    packet.set(bytes);
    return this.#inside.dtlsTransports[0]!.sendRtcp([{
      serialize: () => packet,
    }]);
  }

  sendChunks(chunks: Uint8Array): Promise<void> {
    const { dtlsTransports, sctpTransport } = this.#inside;
    const tag = sctpTransport.sctp.remoteVerificationTag;
    return dtlsTransports[0]!.sendData(Buffer.from(sctpPacket(tag, chunks)));
  }

  close(): Promise<void> {
    return this.#pc.close();
  }

  get #inside(): Inside {
    return this.#pc as unknown as Inside;
  }
}
