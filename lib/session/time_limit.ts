import type { Clock, Timer } from "../clock.ts";

/** How long before the end of its time a conversation is warned, in seconds. */
const WARNING_SECONDS = 60;

export interface TimeLimitParts {
  clock: Clock;
  /** How long the conversation may last, in seconds. */
  seconds: number;
  /** The time is nearly over; so many seconds are left. */
  near: (seconds: number) => void;
  over: () => void;
}

/** A conversation's time: warns a minute before its end, or at half of a short one. */
export class TimeLimit {
  readonly #clock: Clock;
  readonly #timers: Timer[];

  constructor({ clock, seconds, near, over }: TimeLimitParts) {
    this.#clock = clock;
    const left = Math.min(WARNING_SECONDS, Math.floor(seconds / 2));
    this.#timers = [
      clock.after((seconds - left) * 1000, () => near(left)),
      clock.after(seconds * 1000, over),
    ];
  }

  clear(): void {
    for (const timer of this.#timers) this.#clock.clear(timer);
  }
}
