/** A timer, as the platform or a test's clock names it. */
export type Timer = number | object;

/** Time as a dependency, so that tests can hold it in their hands. */
export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Calls back once after `ms`; returns what {@link Clock.clear} takes. */
  after(ms: number, callback: () => void): Timer;
  clear(timer: Timer | undefined): void;
}

/** The machine's own monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => setTimeout(callback, ms),
  clear: (timer) => clearTimeout(timer as number),
};

/** Resolves after this many milliseconds. */
export function delay(ms: number, clock: Clock = systemClock): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
