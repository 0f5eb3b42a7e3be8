import type { TextSocket, TextSocketEvents } from "./text_socket.ts";

/** Frames of RFC 6455, section 5.2. */
const FIN = 0x80;
const MASKED = 0x80;
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xA;

/** Lengths that do not fit into 7 bits follow in 2 bytes or in 8. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Of what has come, so much is read at once. */
const CHUNK_BYTES = 16 * 1024;

const END_OF_HEAD = "\r\n\r\n";

/**
 * A WebSocket for text that sends each frame at once, as a browser does. Deno's
 * own holds a small one back until the one before it is acknowledged (Nagle's
 * algorithm), up to 40 ms where nothing comes the other way.
 */
export class PromptSocket implements TextSocket {
  readonly #events: TextSocketEvents;
  readonly #connecting: Promise<Deno.TcpConn>;
  #sending: Promise<void>;
  readonly #chunk = new Uint8Array(CHUNK_BYTES);
  #unread = new Uint8Array();
  #closing = false;

  constructor(url: URL, protocol: string, events: TextSocketEvents) {
    this.#events = events;
    this.#connecting = connect(url, protocol);
    this.#sending = this.#connecting.then(() => {}, () => {});
    void this.#run();
  }

  send(text: string): void {
    this.#write(TEXT, new TextEncoder().encode(text));
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#write(CLOSE, new Uint8Array());
  }

  async #run(): Promise<void> {
    try {
      using conn = await this.#connecting;
      await this.#head(conn);
      this.#events.open();
      while (await this.#frame(conn));
    } catch {
      // The page finds out why: it is closed, whatever the reason.
    }
    this.#events.close();
  }

  async #head(conn: Deno.TcpConn): Promise<void> {
    let head = "";
    while (!head.endsWith(END_OF_HEAD)) {
      head += String.fromCharCode((await this.#take(conn, 1))[0]!);
    }
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new Error(`The server answers ${head.split("\r\n")[0]}`);
    }
  }

  /** Reads one; false where it was the last. */
  async #frame(conn: Deno.TcpConn): Promise<boolean> {
    const [first, short] = await this.#take(conn, 2);
    let length = short!;
    if (length === LENGTH_16 || length === LENGTH_64) {
      const bytes = await this.#take(conn, length === LENGTH_16 ? 2 : 8);
      length = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    }
    const payload = await this.#take(conn, length);
    switch (first) {
      case FIN | TEXT:
        this.#events.message(new TextDecoder().decode(payload));
        return true;
      case FIN | PING:
        this.#write(PONG, payload);
        return true;
      case FIN | CLOSE:
        this.close();
        await this.#sending;
        return false;
      default:
        throw new Error(`A frame begins with ${first}: this reads text only`);
    }
  }

  /** The next bytes that come. */
  async #take(conn: Deno.TcpConn, count: number): Promise<Uint8Array> {
    while (this.#unread.length < count) {
      const read = await conn.read(this.#chunk);
      if (read === null) throw new Error("The connection is gone");
      this.#unread = joined(this.#unread, this.#chunk.subarray(0, read));
    }
    const taken = this.#unread.slice(0, count);
    this.#unread = this.#unread.subarray(count);
    return taken;
  }

  #write(kind: number, payload: Uint8Array): void {
    const frame = maskedFrame(kind, payload);
    this.#sending = this.#sending.then(async () => {
      const conn = await this.#connecting;
      for (let at = 0; at < frame.length;) {
        at += await conn.write(frame.subarray(at));
      }
    }).catch(() => {
      // Whoever reads hears of it.
    });
  }
}

async function connect(url: URL, protocol: string): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({
    hostname: url.hostname,
    port: Number(url.port),
  });
  conn.setNoDelay(true);
  const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Protocol: ${protocol}`,
  ];
  await conn.write(new TextEncoder().encode(lines.join("\r\n") + END_OF_HEAD));
  return conn;
}

/** What a client sends is masked (section 5.3). */
function maskedFrame(kind: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const size = length < LENGTH_16
    ? [length]
    : length < 0x10000
    ? [LENGTH_16, length >> 8, length & 0xFF]
    : [
      LENGTH_64,
      0,
      0,
      0,
      0,
      ...new Uint8Array(
        new Uint32Array([length]).buffer,
      ).reverse(),
    ];
  const mask = crypto.getRandomValues(new Uint8Array(4));
  const head = new Uint8Array([
    FIN | kind,
    MASKED | size[0]!,
    ...size.slice(1),
    ...mask,
  ]);
  const frame = joined(head, payload);
  for (let at = 0; at < length; at++) frame[head.length + at]! ^= mask[at % 4]!;
  return frame;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
