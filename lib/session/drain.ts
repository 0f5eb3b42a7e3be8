import { type Clock, systemClock } from "../clock.ts";
import type { Running } from "./session.ts";

/** A client may find another server, or this one again, after so many seconds. */
const RETRY_AFTER_SECONDS = 2;

/**
 * A server about to stop: it begins nothing any more, and leaves the
 * conversations it has to whichever process their pages reach next.
 */
export class Drain {
  readonly #clock: Clock;
  #draining = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Whether the server is about to stop. */
  get draining(): boolean {
    return this.#draining;
  }

  /** The answer to whoever wants to begin something, once that can't be. */
  refuse(): Response | undefined {
    if (!this.#draining) return undefined;
    return Response.json({ error: "The server is about to stop. Try again." }, {
      status: 503,
      headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
    });
  }

  /**
   * Leaves every conversation; resolves when none is left here.
   *
   * @param seconds How long they may take to come to a pause.
   */
  async start(
    sessions: ReadonlyMap<string, Running>,
    seconds: number,
  ): Promise<void> {
    this.#draining = true;
    const deadline = new AbortController();
    const timer = this.#clock.after(seconds * 1000, () => deadline.abort());
    if (seconds === 0) deadline.abort();
    await Promise.allSettled(
      [...sessions.values()].map((running) =>
        running.handOver?.(deadline.signal) ??
          running.end("The server is stopping")
      ),
    );
    this.#clock.clear(timer);
  }
}
