import { type Clock, systemClock, type Timer } from "../clock.ts";
import type { Log } from "../engine/tool.ts";
import type { LiveSessions } from "../store/live_sessions.ts";

/** How often a process says that it lives, in ms. */
const BEAT_MS = 2_000;

/** One that has said nothing for this long is dead, in ms: clocks differ, and machines stall. */
const DEAD_MS = 7_000;

/**
 * Says that this process lives, while it has conversations or runs tools: others
 * may take over what a dead one has left.
 */
export class Heartbeat {
  readonly #server: string;
  readonly #live: () => Promise<LiveSessions>;
  readonly #log: Log;
  readonly #clock: Clock;
  #users = 0;
  #timer: Timer | undefined;
  #beat = Promise.resolve();

  constructor(
    server: string,
    live: () => Promise<LiveSessions>,
    log: Log,
    clock: Clock = systemClock,
  ) {
    this.#server = server;
    this.#live = live;
    this.#log = log;
    this.#clock = clock;
  }

  /** Somebody has something that another process could take over. */
  enter(): void {
    if (this.#users++ === 0) this.#next();
  }

  /** They have not any more. */
  leave(): void {
    if (--this.#users === 0) this.#clock.clear(this.#timer);
  }

  /** This process ends: what is left may be taken over at once. */
  async close(): Promise<void> {
    this.#clock.clear(this.#timer);
    this.#users = 0;
    await this.#beat;
    await this.#say(undefined);
  }

  #next(): void {
    this.#beat = this.#say(Date.now());
    void this.#beat.then(async () => {
      const { shared } = await this.#live();
      if (!shared || this.#users === 0) return;
      this.#clock.clear(this.#timer);
      this.#timer = this.#clock.after(BEAT_MS, () => this.#next());
    });
  }

  async #say(at: number | undefined): Promise<void> {
    try {
      await (await this.#live()).beat(this.#server, at);
    } catch (error) {
      this.#log.warn("Other servers can't be told that this one lives", {
        error: String(error),
      });
    }
  }
}

/** Whether a process lives, as far as can be known. */
export async function isAlive(
  live: LiveSessions,
  server: string,
  self: string,
): Promise<boolean> {
  if (server === self) return true;
  if (await live.isDead(server)) return false;
  const last = await live.lastBeat(server);
  return last !== undefined && Date.now() - last < DEAD_MS;
}
