import { type Clock, systemClock, type Timer } from "../../clock.ts";

/** For how long a packet that was overtaken is waited for, in ms. */
const PATIENCE_MS = 220;

/** This many packets behind a gap, 1 s of sound, are not kept waiting any longer. */
const MOST_HELD = 50;

/** A packet that waits for one before it. */
interface Held {
  sequence: number;
  payload: Uint8Array;
  /** When it came, in ms of the clock. */
  at: number;
}

/**
 * Puts RTP packets back into their order. What comes in order goes on at once; on a
 * network where packets overtake each other what follows a gap waits for it.
 */
export class PacketOrder {
  readonly #deliver: (payload: Uint8Array, missing: number) => void;
  readonly #clock: Clock;
  /** By sequence number, in order. */
  #held: Held[] = [];
  #expected: number | undefined;
  #timer: Timer | undefined;

  /** @param deliver Takes each packet, and how many were lost just before it. */
  constructor(
    deliver: (payload: Uint8Array, missing: number) => void,
    clock: Clock = systemClock,
  ) {
    this.#deliver = deliver;
    this.#clock = clock;
  }

  /** @param sequence As the RTP header has it, 16 bits. */
  receive(sequence: number, payload: Uint8Array): void {
    this.#expected ??= sequence;
    const ahead = this.#ahead(sequence);
    if (ahead >= 0x8000) return; // Late: it was taken for lost already.
    const place = this.#held.findLastIndex((held) =>
      this.#ahead(held.sequence) <= ahead
    );
    if (this.#held[place]?.sequence === sequence) return; // Sent twice.
    const at = this.#clock.now();
    this.#held.splice(place + 1, 0, { sequence, payload, at });
    this.#release();
  }

  close(): void {
    this.#clock.clear(this.#timer);
    this.#held = [];
  }

  /** How far a packet is ahead of the one expected, in 16-bit arithmetic. */
  #ahead(sequence: number): number {
    return (sequence - this.#expected!) & 0xffff;
  }

  /** Gives out what needs not wait any longer, and comes back for the rest. */
  #release(): void {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
    while (this.#held.length > 0) {
      const [{ sequence, payload }] = this.#held as [Held];
      const missing = this.#ahead(sequence);
      const waitMs = missing === 0 ? 0 : this.#waitMs();
      if (waitMs > 0) {
        this.#timer = this.#clock.after(waitMs, () => this.#release());
        return;
      }
      this.#held.shift();
      this.#expected = (sequence + 1) & 0xffff;
      this.#deliver(payload, missing);
    }
  }

  /** For how long the first gap is still waited for. */
  #waitMs(): number {
    if (this.#held.length > MOST_HELD) return 0;
    const noticedAt = Math.min(...this.#held.map(({ at }) => at));
    return noticedAt + PATIENCE_MS - this.#clock.now();
  }
}
