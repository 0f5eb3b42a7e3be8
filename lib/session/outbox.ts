import type { ServerFrame } from "./envelope.ts";

/** A page as its conversation sees it: somebody to send frames to. */
export interface Page {
  /** Sends a frame's JSON; false where nobody can receive it any more. */
  send(json: string): boolean;
  /** Ends the connection; what the page sends from here on is not taken. */
  close(reason: string): void;
}

/** As much is kept for a page that is away, in frames and characters of JSON. */
const MAX_FRAMES = 2_000;
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** A frame that waits. */
interface Held {
  json: string;
  kept: Promise<void> | undefined;
  /** Whether what is for the model may go before it. */
  shown: boolean;
}

/**
 * The frames of one conversation on their way to its page, whichever connection
 * that has. While it has none they are kept, and the next one gets them in their
 * order, each once. What was on its way when a connection broke may be lost.
 */
export class Outbox {
  readonly #overflow: () => void;
  #page: Page | undefined;
  #kept: string[] = [];
  #characters = 0;
  /** Frames that wait until what they tell of is kept, and those behind them. */
  #held: Held[] = [];
  #closed = false;

  /** @param overflow Called when more would have to be kept than there is room for. */
  constructor(page: Page, overflow: () => void) {
    this.#page = page;
    this.#overflow = overflow;
  }

  /**
   * Sends a frame, behind all that were sent before; what the page passes on to
   * the model goes before what it shows.
   *
   * @param kept Holds it back until this resolves: a page shows nothing that
   * could still be lost.
   */
  send(frame: ServerFrame, kept?: Promise<void>): void {
    if (this.#closed) return;
    const json = JSON.stringify(frame);
    const place = frame.type === "send"
      ? this.#held.findLastIndex(({ shown }) => !shown) + 1
      : this.#held.length;
    if (kept === undefined && place === 0) return this.#deliver(json);
    const waits = this.#held.length > 0;
    this.#held.splice(place, 0, { json, kept, shown: isShown(frame) });
    if (!waits) void this.#release();
  }

  /**
   * Sends everything to this connection from now on, beginning with `first`.
   *
   * @param kept Holds it all back until this resolves.
   */
  attach(page: Page, first: ServerFrame, kept?: Promise<void>): void {
    // The old one may look open for long after its network is gone.
    this.#page?.close("The conversation goes on over another connection");
    this.#page = page;
    const waiting = this.#held.length > 0;
    const before = this.#kept.splice(0).map((json) => ({
      json,
      kept: undefined,
      shown: false,
    }));
    this.#held.unshift(
      { json: JSON.stringify(first), kept, shown: false },
      ...before,
    );
    this.#characters = 0;
    if (!waiting) void this.#release();
  }

  /** A connection is gone; false where another one has taken its place. */
  detach(page: Page): boolean {
    if (page !== this.#page) return false;
    this.#page = undefined;
    return true;
  }

  /** Ends the connection; nothing is sent or kept any more. */
  close(): void {
    this.#closed = true;
    for (const { json } of this.#held.splice(0)) this.#page?.send(json);
    this.#page?.close("The conversation is over");
    this.#page = undefined;
    this.#kept = [];
  }

  async #release(): Promise<void> {
    let next;
    while ((next = this.#held[0]) !== undefined) {
      if (next.kept !== undefined) await next.kept;
      // It may have been closed meanwhile, or something put before it.
      if (this.#held[0] !== next) continue;
      this.#held.shift();
      this.#deliver(next.json);
    }
  }

  #deliver(json: string): void {
    if (!this.#page?.send(json)) this.#keep(json);
  }

  #keep(json: string): void {
    this.#kept.push(json);
    this.#characters += json.length;
    if (this.#kept.length > MAX_FRAMES || this.#characters > MAX_CHARACTERS) {
      this.#overflow();
    }
  }
}

/** Whether a frame is for the person's eyes; others the page has to act on in order. */
function isShown({ type }: ServerFrame): boolean {
  return type !== "ready" && type !== "new_call" && type !== "answer" &&
    type !== "send";
}
