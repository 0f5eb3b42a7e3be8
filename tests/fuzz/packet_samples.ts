/** Packets of what shares a call's port: STUN, DTLS, SRTP, and SCTP inside DTLS. */
import { createHmac } from "node:crypto";

const hex = (text: string): Uint8Array =>
  Uint8Array.fromHex(text.replaceAll(/\s/g, ""));

/** Packets that anybody may send to a port. */
export const STRANGERS: readonly Uint8Array[] = [
  // STUN: a request, a response and an indication, none of them signed.
  hex("0001 0008 2112a442 000102030405060708090a0b 0024 0004 6e0001ff"),
  hex(
    "0101 000c 2112a442 000102030405060708090a0b 0020 0008 0001 a147 5e12a443",
  ),
  hex("0011 0000 2112a442 000102030405060708090a0b"),
  // DTLS: a ClientHello, its retransmission with a cookie, a ChangeCipherSpec,
  // alerts (fatal, and a goodbye), encrypted handshake and application data.
  hex(`16 feff 0000 0000 00000000 0042 01 000036 0000 000000 000036 fefd
    ${"5a".repeat(32)} 00 00 0002 c02b 0100 000a 0017 0000 ff01 0001 00`),
  hex(`16 fefd 0000 0000 00000001 0056 01 00004a 0001 000000 00004a fefd
    ${"5a".repeat(32)} 00 14 ${"77".repeat(20)} 0004 c02b c02f 0100
    0008 000a 0004 0002 001d`),
  hex("14 fefd 0000 0000 00000003 0001 01"),
  hex("15 fefd 0000 0000 00000004 0002 02 28"),
  hex("15 fefd 0000 0000 00000005 0002 01 00"),
  hex(`16 fefd 0001 0000 00000000 0030 ${"c3".repeat(48)}`),
  hex(`17 fefd 0001 0000 00000001 0020 ${"c3".repeat(32)}`),
  // A certificate that is claimed to be long, in a first fragment.
  hex("16 fefd 0000 0000 00000002 0010 0b ffffff 0001 000000 000004 00000001"),
  // SRTP with Opus' payload type and extensions, SRTCP reports, a goodbye.
  hex(`90 6f 0001 00000960 12345678 bede 0001 10ff0000 ${"ab".repeat(40)}`),
  hex(`80 c8 0006 12345678 ${"00".repeat(20)} 80000001 ${"cd".repeat(10)}`),
  hex(`81 c9 0007 12345678 ${"11".repeat(24)} 80000002 ${"cd".repeat(10)}`),
  hex("81 cb 0001 12345678"),
];

/** What follows an SCTP packet's header: chunks that a caller may send. */
export const CHUNKS: readonly Uint8Array[] = [
  // DATA with a string for a channel, of another stream, and without content.
  hex("00 03 0014 00000001 0001 0000 00000033 7b7d0000"),
  hex("00 03 0012 7fffffff ffff ffff 00000032 0301"),
  hex("00 03 0010 00000001 0001 0000 00000039"),
  // DCEP: a channel is opened.
  hex(
    "00 03 0023 00000002 0003 0000 00000032 03000000 00000000 0003 0004 616263 70726f74 00",
  ),
  // INIT, SACK, HEARTBEAT, ABORT, SHUTDOWN, ERROR, COOKIE-ECHO, FORWARD-TSN, RE-CONFIG.
  hex("01 00 0014 00000001 00020000 ffff ffff 00000001"),
  hex("03 00 0010 00000000 00020000 0000 0000"),
  hex("03 00 0014 7fffffff 00000000 0001 0000 0001 ffff"),
  hex("04 00 000c 0001 0008 01020304"),
  hex("06 00 0004"),
  hex("07 00 0008 00000000"),
  hex("09 00 0008 0001 0004"),
  hex("0a 00 0008 01020304"),
  hex("c0 00 0008 ffffffff"),
  hex("82 00 0016 000d 0012 00000001 00000001 00000001 0001 0000"),
];

/** What a caller may send as the content of RTP, and as RTCP. */
export const PAYLOADS: readonly Uint8Array[] = [
  hex(`78 ${"5b".repeat(40)}`),
  hex("ff 3f ffff"),
  hex("80 c8 0006 12345678 0000000000000000000000000000000000000000"),
  hex("8f cd 0005 00000001 12345678 0001 ffff 000001 00 2000"),
  hex("81 ca 0002 12345678 01ff 0000"),
  hex("80 cf 0003 12345678 0501 0001 00000000"),
];

/** The header of SCTP with its checksum before chunks (RFC 9260). */
export function sctpPacket(tag: number, chunks: Uint8Array): Uint8Array {
  const packet = new Uint8Array(12 + chunks.length);
  const view = new DataView(packet.buffer);
  view.setUint16(0, 5000);
  view.setUint16(2, 5000);
  view.setUint32(4, tag);
  packet.set(chunks, 12);
  view.setUint32(8, crc32(packet, 0x82f63b78), true);
  return packet;
}

/** A binding request as whoever has a call's password would send it (RFC 8445). */
export function bindingRequest(
  { to, from, password, transaction }: {
    /** The user names of ICE, the receiver's and the sender's. */
    to: string;
    from: string;
    /** The receiver's; without it the request is not signed. */
    password: string | undefined;
    transaction: Uint8Array;
  },
): Uint8Array {
  const name = new TextEncoder().encode(`${to}:${from}`);
  const attributes = [
    attribute(0x0006, name),
    attribute(0x0024, hex("6e0001ff")),
    attribute(0x802a, hex("0102030405060708")),
    attribute(0x0025, new Uint8Array()),
  ];
  if (password !== undefined) {
    const signed = stun(transaction, attributes, 24);
    const signature = createHmac("sha1", password).update(signed).digest();
    attributes.push(attribute(0x0008, signature));
  }
  const printed = stun(transaction, attributes, 8);
  const print = new Uint8Array(4);
  new DataView(print.buffer)
    .setUint32(0, (crc32(printed, 0xedb88320) ^ 0x5354554e) >>> 0);
  return stun(transaction, [...attributes, attribute(0x8028, print)], 0);
}

/** @param more Bytes that follow, as the header's length has to say. */
function stun(
  transaction: Uint8Array,
  attributes: readonly Uint8Array[],
  more: number,
): Uint8Array {
  const body = attributes.flatMap((attribute) => [...attribute]);
  const packet = new Uint8Array([
    ...hex("0001 0000 2112a442"),
    ...transaction,
    ...body,
  ]);
  new DataView(packet.buffer).setUint16(2, body.length + more);
  return packet;
}

function attribute(type: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + Math.ceil(value.length / 4) * 4);
  new DataView(bytes.buffer).setUint16(0, type);
  new DataView(bytes.buffer).setUint16(2, value.length);
  bytes.set(value, 4);
  return bytes;
}

/** @param polynomial Reflected. */
function crc32(bytes: Uint8Array, polynomial: number): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    }
  }
  return ~crc >>> 0;
}
