import type { Clock } from "../clock.ts";

/** When to try again, and how often. */
export interface Retries {
  clock: Clock;
  /** Evenly from 0 up to 1. */
  random: () => number;
  /** How often at most, after the first attempt. */
  most: number;
  /** The longest wait before the first retry, ms; it doubles with each. */
  firstMs: number;
  /** No wait grows beyond this, ms. */
  capMs: number;
}

/**
 * Tries until an attempt succeeds, with exponential backoff and full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/):
 * clients that failed together do not come back together.
 *
 * @param leastMs For a failure: how long to wait at least before trying again,
 * ms; undefined where a retry can't help.
 * @throws the last attempt's error, or the signal's reason.
 */
export async function retrying<Value>(
  attempt: () => Promise<Value>,
  leastMs: (error: unknown) => number | undefined,
  signal: AbortSignal,
  { clock, random, most, firstMs, capMs }: Retries,
): Promise<Value> {
  for (let tried = 0;; tried++) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const least = tried < most ? leastMs(error) : undefined;
      if (least === undefined) throw error;
      const jitter = random() * Math.min(capMs, firstMs * 2 ** tried);
      await pause(least + jitter, signal, clock);
    }
  }
}

/** Resolves after `ms`; rejects with the signal's reason if that comes first. */
function pause(ms: number, signal: AbortSignal, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clock.clear(timer);
      reject(signal.reason);
    };
    const timer = clock.after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}

/**
 * What a `Retry-After` header asks for, ms (RFC 9110, section 10.2.3); 0 where
 * there is none or it can't be read.
 *
 * @param now Milliseconds since 1970, which a date is counted from.
 */
export function retryAfterMs(header: string | null, now = Date.now()): number {
  if (header === null) return 0;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header)
    ? Number(header) * 1000
    : Date.parse(header) - now;
  return ms > 0 ? ms : 0;
}
