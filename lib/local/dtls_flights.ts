import { type Clock, systemClock, type Timer } from "../clock.ts";

/**
 * DTLS handshakes over a network that loses and reorders, for werift as server.
 * By itself it takes fragments in a wrong order for a broken message, begins anew
 * on a repeated hello that comes late, and sends in many datagrams what has to
 * arrive in order. All of that breaks a call. RFC 6347, section 4.2.
 */

const CHANGE_CIPHER_SPEC = 20;
const HANDSHAKE = 22;

const RECORD_HEADER = 13;
const MESSAGE_HEADER = 12;

/** What fits into a datagram on every way. */
const DATAGRAM_BYTES = 1200;

/** Longer is no message of a browser: its certificate has some 300 bytes. */
const MESSAGE_BYTES = 16_384;

/** A browser's handshake has six messages. */
const MOST_AHEAD = 8;

/**
 * What the browser does not react to is said again, this often and after this
 * long, in ms. It would ask by itself only after a second, and then after two.
 */
const REPEATS = 2;
const REPEAT_MS = 300;

/** A handshake message whose fragments are coming. */
interface Arriving {
  bytes: Uint8Array;
  /** Which of them are there. */
  filled: Uint8Array;
}

/** What lies between a DTLS server and the network. */
export class DtlsFlights {
  readonly #deliver: (record: Uint8Array) => void;
  readonly #transmit: (datagram: Uint8Array) => void;
  readonly #clock: Clock;
  #open = false;
  /** What came before the server was there. */
  #early: Uint8Array[] = [];
  #arriving = new Map<number, Arriving>();
  /** The number of the next message for the server. */
  #next = 0;
  /** What the server is saying just now. */
  #saying: Uint8Array[] = [];
  /** The datagrams that it has said last. */
  #said: Uint8Array[] = [];
  /** Whether that was its last word in the handshake. */
  #done = false;
  #repeats: Timer | undefined;
  #closed = false;

  /**
   * @param deliver Takes a record for the server.
   * @param transmit Sends a datagram to the browser.
   */
  constructor(
    deliver: (record: Uint8Array) => void,
    transmit: (datagram: Uint8Array) => void,
    clock: Clock = systemClock,
  ) {
    this.#deliver = deliver;
    this.#transmit = transmit;
    this.#clock = clock;
  }

  /** The server is there. */
  open(): void {
    this.#open = true;
    for (const datagram of this.#early.splice(0)) this.receive(datagram);
  }

  /**
   * Takes a datagram of the browser's. The server gets each message once, whole and
   * in order; one that it has had already means that its answer was lost.
   */
  receive(datagram: Uint8Array): void {
    if (!this.#open) {
      if (this.#early.length < MOST_AHEAD) this.#early.push(datagram);
      return;
    }
    let repeated = false;
    for (const record of recordsOf(datagram)) {
      if (record[0] !== HANDSHAKE) this.#deliver(record);
      else if (epochOf(record) === 0) repeated = this.#take(record) || repeated;
      else if (this.#done) repeated = true;
      else this.#deliver(record);
    }
    if (repeated) this.#sayAgain();
  }

  /** Takes records of the server's: those of one flight go in one datagram. */
  send(records: Uint8Array): void {
    if (records[0] !== HANDSHAKE && records[0] !== CHANGE_CIPHER_SPEC) {
      return this.#transmit(records);
    }
    if (this.#saying.length === 0) queueMicrotask(() => this.#say());
    this.#saying.push(records);
  }

  close(): void {
    this.#closed = true;
    this.#clock.clear(this.#repeats);
  }

  #say(): void {
    const records = this.#saying.splice(0);
    this.#done ||= records.some(([type]) => type === CHANGE_CIPHER_SPEC);
    this.#said = [];
    for (let at = 0; at < records.length;) {
      let size = 0;
      const from = at;
      do size += records[at++]!.length; while (
        at < records.length && size + records[at]!.length <= DATAGRAM_BYTES
      );
      this.#said.push(joined(records.slice(from, at)));
    }
    this.#sayAgain();
    this.#repeat(REPEATS);
  }

  #sayAgain(): void {
    for (const datagram of this.#said) this.#transmit(datagram);
  }

  #repeat(times: number): void {
    this.#clock.clear(this.#repeats);
    if (times === 0 || this.#closed) return;
    this.#repeats = this.#clock.after(REPEAT_MS, () => {
      this.#sayAgain();
      this.#repeat(times - 1);
    });
  }

  /** Returns whether it ended a message that the server has had. */
  #take(record: Uint8Array): boolean {
    let repeated = false;
    for (const message of messagesOf(record)) {
      const view = viewOf(message);
      const length = uint24(view, 1);
      const number = view.getUint16(4);
      const offset = uint24(view, 6);
      const end = offset + uint24(view, 9);
      if (number < this.#next) {
        repeated ||= end === length;
        continue;
      }
      if (
        number >= this.#next + MOST_AHEAD || length > MESSAGE_BYTES ||
        end > length
      ) continue;
      const arriving = this.#arriving.get(number) ?? {
        bytes: whole(record, message, length),
        filled: new Uint8Array(length),
      };
      if (arriving.filled.length !== length) continue;
      this.#arriving.set(number, arriving);
      arriving.bytes.set(
        message.subarray(MESSAGE_HEADER),
        RECORD_HEADER + MESSAGE_HEADER + offset,
      );
      arriving.filled.fill(1, offset, end);
    }
    this.#pass();
    return repeated;
  }

  #pass(): void {
    while (true) {
      const arriving = this.#arriving.get(this.#next);
      if (arriving === undefined || arriving.filled.includes(0)) return;
      this.#arriving.delete(this.#next++);
      this.#clock.clear(this.#repeats);
      this.#deliver(arriving.bytes);
    }
  }
}

/** A record with the whole of a message that came in fragments; its body is to be filled in. */
function whole(
  record: Uint8Array,
  fragment: Uint8Array,
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(RECORD_HEADER + MESSAGE_HEADER + length);
  bytes.set(record.subarray(0, RECORD_HEADER));
  bytes.set(fragment.subarray(0, 6), RECORD_HEADER);
  const view = viewOf(bytes);
  view.setUint16(11, MESSAGE_HEADER + length);
  // From byte 0 on, as many as there are: the length once more.
  bytes.copyWithin(RECORD_HEADER + 9, RECORD_HEADER + 1, RECORD_HEADER + 4);
  return bytes;
}

/** The records in a datagram; what is cut short is left out. */
function* recordsOf(datagram: Uint8Array): Iterable<Uint8Array> {
  const view = viewOf(datagram);
  for (let at = 0; at + RECORD_HEADER <= datagram.length;) {
    const end = at + RECORD_HEADER + view.getUint16(at + 11);
    if (end > datagram.length) return;
    yield datagram.subarray(at, end);
    at = end;
  }
}

/** The messages, or fragments of messages, in a handshake record that is not encrypted. */
function* messagesOf(record: Uint8Array): Iterable<Uint8Array> {
  const view = viewOf(record);
  for (let at = RECORD_HEADER; at + MESSAGE_HEADER <= record.length;) {
    const end = at + MESSAGE_HEADER + uint24(view, at + 9);
    if (end > record.length) return;
    yield record.subarray(at, end);
    at = end;
  }
}

function epochOf(record: Uint8Array): number {
  return viewOf(record).getUint16(3);
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at) * 256 + view.getUint8(at + 2);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function joined(parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
