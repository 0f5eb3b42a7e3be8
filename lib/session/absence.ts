import type { Clock, Timer } from "../clock.ts";

/** A conversation waits this long for a page whose connection broke, in ms. */
const GRACE_MS = 30_000;

/** How often is looked whether the page has gone on with another server, in ms. */
const LOOK_MS = 1_000;

export interface AbsenceParts {
  clock: Clock;
  /** Finds out whether another server has the conversation. */
  look: () => void;
  /** The page has not come back. */
  over: () => void;
}

/** A page that is away: it comes back, or goes on with another server, or is gone. */
export class Absence {
  readonly #parts: AbsenceParts;
  #timer: Timer | undefined;

  constructor(parts: AbsenceParts) {
    this.#parts = parts;
  }

  /** The page's connection broke. */
  begin(): void {
    this.#wait(GRACE_MS);
  }

  /** The page is back, or nobody waits for it any more. */
  end(): void {
    this.#parts.clock.clear(this.#timer);
  }

  #wait(ms: number): void {
    const { clock, look, over } = this.#parts;
    this.#timer = clock.after(Math.min(LOOK_MS, ms), () => {
      if (ms <= LOOK_MS) return over();
      this.#wait(ms - LOOK_MS);
      look();
    });
  }
}
