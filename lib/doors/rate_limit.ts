import type { Clock } from "../clock.ts";

/** How much is allowed: at once, and a second in the long run. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/** As many clients are remembered; of more, the longest silent are forgotten. */
const MAX_CLIENTS = 10_000;

/** A bucket of tokens that fills by itself and is emptied by use. */
export class TokenBucket {
  readonly #rate: Rate;
  readonly #clock: Clock;
  #tokens: number;
  #at: number;

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = rate.burst;
    this.#at = clock.now();
  }

  /** Takes tokens; false, and none taken, where there are not enough. */
  take(cost = 1): boolean {
    this.#fill();
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Seconds until there is a token; 0 where there is one. */
  get wait(): number {
    this.#fill();
    return Math.max(0, (1 - this.#tokens) / this.#rate.perSecond);
  }

  #fill(): void {
    const { burst, perSecond } = this.#rate;
    const now = this.#clock.now();
    const more = (now - this.#at) / 1000 * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + more);
    this.#at = now;
  }
}

/** A rate that holds for each client by itself. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #clock: Clock;
  /** The longest silent first. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Counts once more; false where that is too much. */
  take(client: string): boolean {
    const bucket = this.#buckets.get(client) ??
      new TokenBucket(this.#rate, this.#clock);
    this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > MAX_CLIENTS) {
      this.#buckets.delete(this.#buckets.keys().next().value!);
    }
    return bucket.take();
  }

  /** Whole seconds until the client may again; 0 where it may now. */
  wait(client: string): number {
    return Math.ceil(this.#buckets.get(client)?.wait ?? 0);
  }
}
