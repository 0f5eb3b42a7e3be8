import type { Clock, Timer } from "../clock.ts";
import { nextTurn } from "../next_turn.ts";

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now = 0;
  #next = 1;
  #awaited = new Set<(ms: number) => void>();
  #timers = new Map<number, { at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): number {
    const timer = this.#next++;
    for (const waiting of [...this.#awaited]) waiting(ms);
    this.#timers.set(timer, { at: this.#now + Math.max(0, ms), callback });
    return timer;
  }

  clear(timer: Timer | undefined): void {
    if (timer !== undefined) this.#timers.delete(timer as number);
  }

  /** Resolves when a timer of this many milliseconds has been set from now on. */
  set(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = (set: number) => {
        if (set !== ms) return;
        this.#awaited.delete(waiting);
        resolve();
      };
      this.#awaited.add(waiting);
    });
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Moves time on by `ms`, calling each timer at its own moment, in order, and
   * letting promises settle between them.
   */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    while (true) {
      const [timer, due] = [...this.#timers]
        .filter(([, { at }]) => at <= until)
        .sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (timer === undefined || due === undefined) break;
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
      await settle();
    }
    this.#now = until;
    await settle();
  }

  /** Time passes while nothing runs: timers that fell due fire late, all at once. */
  async stall(ms: number): Promise<void> {
    this.#now += ms;
    await this.advance(0);
  }
}

/** Lets everything that is ready to run, run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  await nextTurn();
}
