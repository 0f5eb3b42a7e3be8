import * as fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { RtpHeader } from "werift";
import { LocalPeer } from "../../lib/local/peer.ts";
import { clientMessage } from "./client_events.ts";
import { expand, hostileBytes } from "./hostile.ts";
import { OFFERS } from "./offer_samples.ts";
import { CHUNKS, PAYLOADS, STRANGERS } from "./packet_samples.ts";
import type { Seen, Surface, Target } from "./surface.ts";
import { Caller, doorIn, Stranger } from "./webrtc_client.ts";

/** What a caller sends who has gone through the handshakes. */
type Secured =
  | { kind: "rtp"; payload: Uint8Array; sequence: number; type: number }
  | { kind: "rtcp" | "sctp"; bytes: Uint8Array }
  | { kind: "message"; message: string | Uint8Array };

type Attack =
  /** Somebody else sends to a call's port. */
  | { by: "stranger"; packets: Uint8Array[] }
  /** Somebody calls, is who they say to ICE, and goes on with anything. */
  | { by: "caller"; packets: Uint8Array[] }
  /** Somebody's call stands, and they send anything over it. */
  | { by: "insider"; secured: Secured[] };

const packets = fc.array(hostileBytes(STRANGERS), {
  minLength: 1,
  maxLength: 12,
});

const secured: fc.Arbitrary<Secured> = fc.oneof(
  fc.record({
    kind: fc.constant("rtp" as const),
    payload: hostileBytes(PAYLOADS),
    sequence: fc.nat(0xffff),
    type: fc.constantFrom(111, 111, 0, 127),
  }),
  fc.record({
    kind: fc.constant("rtcp" as const),
    bytes: hostileBytes(PAYLOADS),
  }),
  fc.record({
    kind: fc.constant("sctp" as const),
    bytes: hostileBytes(CHUNKS),
  }),
  fc.record({
    kind: fc.constant("message" as const),
    message: fc.oneof(clientMessage, fc.uint8Array({ maxLength: 50 })),
  }),
);

const sharedWith = {
  share: 1,
  open: () => Attacked.open(),
};

/** Packets of strangers to a call's port. */
export const strangersPackets: Surface<Attack> = {
  ...sharedWith,
  name: "UDP: strangers",
  share: 4,
  short: 30,
  inputs: fc.record({ by: fc.constant("stranger" as const), packets }),
};

/** Packets of a caller before the call stands. */
export const callersPackets: Surface<Attack> = {
  ...sharedWith,
  name: "UDP: DTLS handshake",
  short: 10,
  inputs: fc.record({ by: fc.constant("caller" as const), packets }),
};

/** RTP, RTCP, SCTP and messages over a call that stands. */
export const insidersPackets: Surface<Attack> = {
  ...sharedWith,
  name: "UDP: SRTP, SCTP, data channel",
  short: 15,
  inputs: fc.record({
    by: fc.constant("insider" as const),
    secured: fc.array(secured, { minLength: 1, maxLength: 12 }),
  }),
};

class Attacked implements Target<Attack> {
  readonly #faults: string[] = [];
  readonly #peer = new LocalPeer({
    onError: ({ message }) => this.#faults.push(message),
  });
  readonly #stranger = new Stranger();
  #victim!: Caller;

  static async open(): Promise<Attacked> {
    const attacked = new Attacked();
    attacked.#victim = await Caller.call(attacked.#peer);
    await attacked.#victim.ask();
    return attacked;
  }

  async check(attack: Attack, seen: Seen): Promise<void> {
    switch (attack.by) {
      case "stranger":
        for (const packet of attack.packets) {
          await this.#stranger.send(packet, this.#victim.door);
        }
        break;
      case "caller":
        await this.#shake(attack.packets);
        break;
      case "insider":
        await this.#use(attack.secured);
    }
    await this.#victim.ask();
    assert(this.#peer.session(this.#victim.id) !== undefined);
    assertEquals(this.#peer.sessions, 1);
    assertEquals(this.#faults.splice(0), []);
    seen.refused("dropped: the calls go on");
  }

  async close(): Promise<void> {
    await this.#victim.close();
    await this.#stranger.close();
    await this.#peer.close();
  }

  async #shake(packets: Uint8Array[]): Promise<void> {
    const { id, answer } = await this.#peer.call(OFFERS[0]!, {
      type: "realtime",
    });
    const door = doorIn(answer);
    await this.#stranger.knock(door, "2xxt");
    for (const packet of packets) await this.#stranger.send(packet, door);
    await this.#victim.ask();
    await this.#peer.hangup(id);
  }

  async #use(secured: Secured[]): Promise<void> {
    const caller = await Caller.call(this.#peer);
    for (const piece of secured) await put(caller, piece);
    await this.#victim.ask();
    await caller.close();
    await this.#peer.hangup(caller.id);
  }
}

async function put(caller: Caller, piece: Secured): Promise<void> {
  switch (piece.kind) {
    case "rtp":
      await caller.sendRtp(
        piece.payload,
        new RtpHeader({
          payloadType: piece.type,
          sequenceNumber: piece.sequence,
          timestamp: piece.sequence * 960,
          ssrc: 1234,
        }),
      );
      break;
    case "rtcp":
      await caller.sendRtcp(piece.bytes);
      break;
    case "sctp":
      await caller.sendChunks(piece.bytes);
      break;
    case "message":
      caller.say(
        typeof piece.message === "string"
          ? expand(piece.message)
          : piece.message,
      );
  }
}
