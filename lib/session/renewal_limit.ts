import type { Clock } from "../clock.ts";

/** More new calls than this do not help, in this many ms. */
const MAX_RENEWALS = 5;
const WITHIN_MS = 5 * 60_000;

/** Keeps a conversation from calling again and again where no call holds. */
export class RenewalLimit {
  readonly #clock: Clock;
  /** When the latest new calls were made, in ms. */
  #at: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a new call; false where it is one too many. */
  count(): boolean {
    const now = this.#clock.now();
    this.#at = [...this.#at.filter((at) => now - at < WITHIN_MS), now];
    return this.#at.length <= MAX_RENEWALS;
  }
}
