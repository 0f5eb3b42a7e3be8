import type {
  RTCDtlsTransport,
  RTCPeerConnection,
  RTCSctpTransport,
} from "werift";
import { guardRequests } from "./request_guard.ts";

/** Types of DTLS records: RFC 5246, section 6.2.1. */
const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;

const RECORD_HEADER = 13;
const CLIENT_HELLO = 1;

const SCTP_HEADER = 12;
const CHUNK_HEADER = 4;

const RTP_HEADER = 12;
/** Browsers' header extensions have some 30 bytes. */
const EXTENSION_BYTES = 1024;

/**
 * Keeps from werift what it would end the call over, or the process: it takes
 * packets from any address, believes records that nobody has signed, and does not
 * look whether all is there that a packet says it has. Call it when the
 * description of the other side is set, and before the one of this side is.
 */
export function guardPackets(
  { dtlsTransports, sctpTransport }: RTCPeerConnection,
): void {
  for (const transport of dtlsTransports) {
    guardRequests(transport);
    guardTransport(transport);
  }
  if (sctpTransport !== undefined) guardSctp(sctpTransport);
}

function guardTransport(transport: RTCDtlsTransport): void {
  const { connection } = transport.iceTransport;
  const deliver = connection.onData.execute;
  connection.onData.execute = (data) => {
    const good = isDtls(data) ? isGenuine(data, transport) : isWhole(data);
    if (good) deliver(data);
  };
}

/**
 * Whether a packet of RTP has a header as long as it says: werift looks for
 * extensions behind the packet's end, and that takes seconds. RFC 3550, section
 * 5.3.1. In RTCP the bit that says so is part of a count.
 */
function isWhole(packet: Uint8Array): boolean {
  const [first = 0, type = 0] = packet;
  // As werift tells them apart.
  const isRtp = first >> 6 === 2 && !(type >= 192 && type <= 208);
  if (!isRtp) return true;
  const at = RTP_HEADER + 4 * (first & 15);
  if ((first & 16) === 0) return packet.length >= at;
  if (packet.length < at + 4) return false;
  const length = 4 * viewOf(packet).getUint16(at + 2);
  return length <= EXTENSION_BYTES && packet.length >= at + 4 + length;
}

/** By the first byte: RFC 7983, section 7. */
function isDtls([type]: Uint8Array): boolean {
  return type !== undefined && type > 19 && type < 64;
}

/** Whether all records of a datagram may come from who the call is with. */
function isGenuine(
  datagram: Uint8Array,
  { dtls }: RTCDtlsTransport,
): boolean {
  const view = viewOf(datagram);
  for (let at = 0; at < datagram.length;) {
    if (at + RECORD_HEADER > datagram.length) return false;
    const type = view.getUint8(at);
    if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) return false;
    const epoch = view.getUint16(at + 3);
    const length = view.getUint16(at + 11);
    const from = at + RECORD_HEADER;
    if (from + length > datagram.length) return false;
    const fragment = datagram.subarray(from, from + length);
    if (type === ALERT) {
      // werift obeys a goodbye that is not encrypted, and one that says it is
      // without decrypting it, whoever it comes from.
      if (epoch === 0 || !decrypts(dtls, view, at, fragment)) return false;
    }
    const begins = type === HANDSHAKE && epoch === 0 &&
      fragment[0] === CLIENT_HELLO;
    // It would make werift forget the keys.
    if (begins && dtls?.connected) return false;
    at = from + length;
  }
  return true;
}

type Cipher = NonNullable<RTCDtlsTransport["dtls"]>["cipher"];

/** Whether the record at this place was encrypted with the call's keys. */
function decrypts(
  dtls: RTCDtlsTransport["dtls"],
  view: DataView,
  at: number,
  fragment: Uint8Array,
): boolean {
  const recordLayerHeader = {
    contentType: view.getUint8(at),
    protocolVersion: {
      major: view.getUint8(at + 1),
      minor: view.getUint8(at + 2),
    },
    epoch: view.getUint16(at + 3),
    sequenceNumber: view.getUint16(at + 5) * 2 ** 32 + view.getUint32(at + 7),
    contentLen: fragment.length,
  };
  try {
    const record = { recordLayerHeader, fragment } as unknown;
    dtls!.cipher.decryptPacket(
      record as Parameters<Cipher["decryptPacket"]>[0],
    );
    return true;
  } catch {
    return false;
  }
}

type Take<Values extends unknown[]> = (...values: Values) => Promise<void>;
type Message = [stream: number, protocol: number, data: Uint8Array];

/** What werift's types for SCTP keep to themselves. */
interface SctpTransport {
  sctp: {
    handleData: Take<[packet: Uint8Array]>;
    onReceive: {
      allUnsubscribe(): void;
      subscribe(listener: (...message: Message) => void): void;
    };
  };
  datachannelReceive: Take<Message>;
}

function guardSctp(transport: RTCSctpTransport): void {
  const { sctp, datachannelReceive } = transport as unknown as SctpTransport;
  const handleData = sctp.handleData.bind(sctp);
  sctp.handleData = async (packet) => {
    if (hasWholeChunks(packet)) await orLost(handleData(packet));
  };
  sctp.onReceive.allUnsubscribe();
  sctp.onReceive.subscribe((...message) =>
    void orLost(datachannelReceive(...message))
  );
}

/** What makes no sense to werift is as good as lost; nobody waits for it to say so. */
async function orLost(taken: Promise<void>): Promise<void> {
  await taken.catch(() => {});
}

/** Over a chunk of length 0, werift would read for ever. RFC 9260, section 3.2. */
function hasWholeChunks(packet: Uint8Array): boolean {
  if (packet.length < SCTP_HEADER) return false;
  const view = viewOf(packet);
  for (let at = SCTP_HEADER; at < packet.length;) {
    if (at + CHUNK_HEADER > packet.length) return false;
    const length = view.getUint16(at + 2);
    if (length < CHUNK_HEADER || at + length > packet.length) return false;
    at += Math.ceil(length / 4) * 4;
  }
  return true;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
