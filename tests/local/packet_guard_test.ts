import { assertEquals } from "@std/assert";
import type { RTCPeerConnection } from "werift";
import { settle } from "parley/testing";
import { guardPackets } from "../../lib/local/packet_guard.ts";

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));

/** A record of DTLS with this fragment. */
function record(type: number, epoch: number, fragment: string): Uint8Array {
  const bytes = hex(fragment);
  const record = new Uint8Array(13 + bytes.length);
  record.set([type, 254, 253, 0, epoch]);
  record.set([0, bytes.length], 11);
  record.set(bytes, 13);
  return record;
}

const GENUINE = "c0ffee";

/** A guarded call: what gets through to werift of its packets. */
function guarded({ connected = true } = {}) {
  const through: Uint8Array[] = [];
  const chunks: Uint8Array[] = [];
  let failure: Error | undefined;
  const onData = { execute: (data: Uint8Array) => void through.push(data) };
  let receive: (() => void) | undefined;
  const sctp = {
    onReceive: {
      allUnsubscribe: () => receive = undefined,
      subscribe: (listener: () => void) => receive = listener,
    },
    handleData: (packet: Uint8Array) => {
      if (failure !== undefined) return Promise.reject(failure);
      chunks.push(packet);
      return Promise.resolve();
    },
  };
  const decryptPacket = ({ fragment }: { fragment: Uint8Array }) => {
    if (fragment.toHex() !== GENUINE) throw new Error("Not authentic");
  };
  guardPackets({
    dtlsTransports: [{
      iceTransport: { connection: { onData, ensureProtocol: () => {} } },
      dtls: { connected, cipher: { decryptPacket } },
    }],
    sctpTransport: { sctp, datachannelReceive: () => Promise.reject(failure) },
  } as unknown as RTCPeerConnection);
  return {
    passes(packet: Uint8Array): boolean {
      onData.execute(packet);
      return through.splice(0).length > 0;
    },
    async passesChunks(packet: Uint8Array): Promise<boolean> {
      await sctp.handleData(packet);
      return chunks.splice(0).length > 0;
    },
    failWith: (error: Error) => void (failure = error),
    /** A message over a data channel has come together. */
    receive: () => receive!(),
  };
}

Deno.test("only who the call is with can end it by an alert", () => {
  const call = guarded();
  assertEquals(call.passes(record(21, 0, "0100")), false, "not encrypted");
  assertEquals(call.passes(record(21, 1, "0100")), false, "as if encrypted");
  assertEquals(call.passes(record(21, 1, GENUINE)), true);
  assertEquals(call.passes(record(24, 1, "00")), false, "of no known type");
  const behind = new Uint8Array([
    ...record(23, 1, "aa"),
    ...record(21, 0, "0100"),
  ]);
  assertEquals(call.passes(behind), false, "behind a record that is good");
});

Deno.test("a call that stands can't be begun anew", () => {
  const hello = record(22, 0, "010000000000000000000000");
  assertEquals(guarded().passes(hello), false);
  assertEquals(guarded({ connected: false }).passes(hello), true);
});

Deno.test("everything else goes through as it came", () => {
  const call = guarded();
  for (
    const packet of [
      record(22, 0, "0e0000000000000000000000"),
      record(20, 0, "01"),
      record(22, 1, "ffff"),
      record(23, 1, "ffff"),
      // STUN, RTP with and without extensions, RTCP.
      hex("0001 0000 2112a442 000102030405060708090a0b"),
      hex("80 6f 0001 00000960 12345678 ff"),
      hex("90 6f 0001 00000960 12345678 bede 0001 10ff0000 ff"),
      hex("9f c9 0001 12345678"),
    ]
  ) assertEquals(call.passes(packet), true, packet.toHex());
});

Deno.test("a header that says it is longer than its packet is not read", () => {
  const call = guarded();
  for (
    const packet of [
      hex("90 6f 0001 00000960 12345678 bede ffff 10ff0000"),
      hex("90 d9 0001 00000960 12345678 bede ffff 10ff0000"),
      hex("90 6f 0001 00000960 12345678 bede"),
      hex("8f 6f 0001 00000960 12345678"),
      new Uint8Array([
        ...hex("90 6f 0001 00000960 12345678 bede 4000"),
        ...new Uint8Array(0x10000).fill(0x10),
      ]),
      record(23, 1, "ffff").subarray(0, 14),
      record(23, 1, "ffff").subarray(0, 5),
    ]
  ) assertEquals(call.passes(packet), false, packet.toHex().slice(0, 80));
});

Deno.test("an SCTP chunk without an end, or with nothing in it, costs its packet alone", async () => {
  const call = guarded();
  const header = "1388 1388 00000001 00000000";
  const passes = (chunks: string) => call.passesChunks(hex(header + chunks));
  assertEquals(
    await passes("0003 0011 00000001 0000 0000 00000033 78 000000"),
    true,
  );
  assertEquals(await passes("0003 0011 00000001 0000 0000 00000033 78"), true);
  assertEquals(await passes("0900 0000"), false, "werift reads it for ever");
  assertEquals(await passes("0003 0014"), false);
  assertEquals(await passes("0a"), false);
  assertEquals(await call.passesChunks(hex("1388")), false);
  call.failWith(new RangeError("Out of bounds"));
  assertEquals(await passes("0003 0004"), false);
  // Nobody catches what this throws but the guard.
  call.receive();
  await settle();
});
