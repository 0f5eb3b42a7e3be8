import { type Clock, systemClock, type Timer } from "../clock.ts";
import { EventQueue } from "./event_queue.ts";
import type { RealtimeClientEvent, RealtimeServerEvent } from "./events.ts";
import type { LinkEnd, ModelLink } from "./link.ts";

/** Characters that may wait to be sent; a peer that takes none is gone. */
const MAX_UNSENT = 8 * 1024 * 1024;
/** A peer that has not said goodbye after this long won't any more. */
const GOODBYE_MS = 2000;
/** What a WebSocket's reason may hold (RFC 6455, section 5.5), UTF-8. */
const MAX_REASON_BYTES = 123;
/** From the range for private use: this side could not keep up its end. */
const OVERRUN = 4008;

export interface SocketLinkOptions {
  /**
   * Told of a frame that is no event and was passed over. The text does not
   * quote the frame: what people said may be in it.
   */
  onMalformed?: (fault: string) => void;
  clock?: Clock;
}

/** A link over a WebSocket, from the moment the socket begins to connect. */
export class SocketLink implements ModelLink {
  readonly events = new EventQueue<RealtimeServerEvent>();
  readonly seesResponses = true;
  readonly closed: Promise<LinkEnd>;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #malformed: (fault: string) => void;
  /** What was sent before the socket was open. */
  readonly #waiting: string[] = [];
  #waitingLength = 0;
  #goodbye: Timer | undefined;
  readonly #ended: (end: LinkEnd) => void;

  constructor(
    socket: WebSocket,
    { onMalformed = () => {}, clock = systemClock }: SocketLinkOptions = {},
  ) {
    this.#socket = socket;
    this.#clock = clock;
    this.#malformed = onMalformed;
    const { promise, resolve } = Promise.withResolvers<LinkEnd>();
    this.closed = promise;
    this.#ended = resolve;
    socket.addEventListener("open", () => {
      for (const text of this.#waiting.splice(0)) this.#write(text);
      this.#waitingLength = 0;
    });
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener(
      "close",
      ({ code, reason }) => this.#finish({ code, reason }),
    );
  }

  /** Sends as soon as the socket is open; what comes after its end is dropped. */
  send(event: RealtimeClientEvent): void {
    if (this.events.ended) return;
    const text = JSON.stringify(event);
    if (this.#socket.readyState === WebSocket.CONNECTING) {
      this.#waiting.push(text);
      this.#waitingLength += text.length;
    } else {
      this.#write(text);
    }
    if (this.#waitingLength + this.#socket.bufferedAmount > MAX_UNSENT) {
      this.#overrun(`More than ${MAX_UNSENT} bytes wait to be sent`);
    }
  }

  /** Ends the link; resolves when the peer has agreed, after 2 s at the latest. */
  async close(reason = ""): Promise<void> {
    this.events.end();
    this.#hangUp(1000, reason);
    await this.closed;
  }

  #write(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  #receive(data: unknown): void {
    const event = typeof data === "string" ? parseEvent(data) : undefined;
    if (event === undefined) {
      this.#malformed(
        typeof data === "string"
          ? `A frame of ${data.length} characters is no JSON object with a type`
          : "A binary frame came where events are text",
      );
      return;
    }
    if (this.events.ended) return;
    this.events.push(event);
    // Full: whoever reads finds the error behind what it has not read yet.
    if (this.events.ended) this.#hangUp(OVERRUN, "Events were not read");
  }

  #overrun(fault: string): void {
    this.events.fail(new Error(fault));
    this.#hangUp(OVERRUN, fault);
  }

  #hangUp(code: number, reason: string): void {
    if (this.#socket.readyState >= WebSocket.CLOSING) return;
    this.#goodbye = this.#clock.after(
      GOODBYE_MS,
      () => this.#finish({ code: 1006, reason: "The peer did not answer" }),
    );
    this.#socket.close(code, shorten(reason));
  }

  #finish(end: LinkEnd): void {
    this.#clock.clear(this.#goodbye);
    this.events.end();
    this.#ended(end);
  }
}

function parseEvent(text: string): RealtimeServerEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // Only the type is looked at: events that are new on the wire pass.
    const known = typeof value === "object" && value !== null &&
      "type" in value && typeof value.type === "string";
    return known ? value as RealtimeServerEvent : undefined;
  } catch {
    return undefined;
  }
}

/** The text, cut to what a close frame can carry. */
function shorten(reason: string): string {
  const room = new Uint8Array(MAX_REASON_BYTES);
  const { read } = new TextEncoder().encodeInto(reason, room);
  return reason.slice(0, read);
}
