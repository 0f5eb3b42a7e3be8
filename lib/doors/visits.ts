import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { RateLimit } from "./rate_limit.ts";

/** A client may do this again, later. */
export interface TooMany {
  code: "too_many_starts" | "too_many_per_client";
  /** For the person. */
  message: string;
  retryAfterSeconds: number;
}

/** How soon another conversation may be over, in seconds; nobody knows. */
const TRY_AGAIN_SECONDS = 10;

/** What a client has open. */
interface Open {
  sockets: number;
  conversations: number;
}

/**
 * Where clients have no limit of their own, each may have at least so many
 * WebSockets, with a conversation on them or not.
 */
const FEWEST_SOCKETS = 100;

/** The WebSockets of `/session` and the conversations on them, client by client. */
export class Visits {
  readonly #most: number;
  readonly #mostSockets: number;
  readonly #starts: RateLimit;
  readonly #open = new Map<string, Open>();

  constructor(
    { maxSessions, maxSessionsPerClient, sessionsPerMinute }: Pick<
      Config,
      "maxSessions" | "maxSessionsPerClient" | "sessionsPerMinute"
    >,
    clock: Clock,
  ) {
    this.#most = maxSessionsPerClient ?? Infinity;
    // A page that comes back has two for a moment.
    this.#mostSockets = maxSessionsPerClient === undefined
      ? Math.max(FEWEST_SOCKETS, 2 * maxSessions)
      : 2 * maxSessionsPerClient;
    this.#starts = new RateLimit({
      burst: sessionsPerMinute,
      perSecond: sessionsPerMinute / 60,
    }, clock);
  }

  /** How many clients have a WebSocket open, or not closed to its end. */
  get clients(): number {
    return this.#open.size;
  }

  /** Takes a WebSocket in, unless its client has more than enough. */
  enter(client: string): Visit | TooMany {
    const open = this.#open.get(client) ?? { sockets: 0, conversations: 0 };
    if (open.sockets >= this.#mostSockets) {
      return tooManyOpen(
        "Too many connections are open from here. Close some, then start again.",
      );
    }
    this.#open.set(client, open);
    return new Visit(
      open,
      () => this.#refuse(client, open),
      () => this.#open.delete(client),
    );
  }

  /** Why a client may not begin another conversation; counts one where it may. */
  #refuse(client: string, open: Open): TooMany | undefined {
    if (open.conversations >= this.#most) {
      return tooManyOpen(
        `There can be ${this.#most} conversations at once from here, and all of them are going on. End one, then start again.`,
      );
    }
    if (this.#starts.take(client)) return undefined;
    const retryAfterSeconds = this.#starts.wait(client);
    return {
      code: "too_many_starts",
      message:
        `Too many conversations were begun from here. Try again in ${retryAfterSeconds} seconds.`,
      retryAfterSeconds,
    };
  }
}

function tooManyOpen(message: string): TooMany {
  return {
    code: "too_many_per_client",
    message,
    retryAfterSeconds: TRY_AGAIN_SECONDS,
  };
}

/** One WebSocket of a client, and the conversation that it may carry. */
export class Visit {
  readonly #open: Open;
  readonly #refuse: () => TooMany | undefined;
  readonly #forget: () => void;
  #talks = false;
  #left = false;

  constructor(
    open: Open,
    refuse: () => TooMany | undefined,
    forget: () => void,
  ) {
    this.#open = open;
    this.#refuse = refuse;
    this.#forget = forget;
    open.sockets++;
  }

  /** Counts a conversation that is about to begin; says why where it may not. */
  begin(): TooMany | undefined {
    const refusal = this.#refuse();
    if (refusal === undefined) this.goOn();
    return refusal;
  }

  /** Counts a conversation that began over another WebSocket. */
  goOn(): void {
    if (this.#talks || this.#left) return;
    this.#talks = true;
    this.#open.conversations++;
  }

  /** There is no conversation here, or not any more. */
  end(): void {
    if (!this.#talks) return;
    this.#talks = false;
    this.#open.conversations--;
  }

  /** The WebSocket is gone. */
  leave(): void {
    if (this.#left) return;
    this.end();
    this.#left = true;
    if (--this.#open.sockets === 0) this.#forget();
  }
}
