/** How often is looked, in ms. */
const EVERY_MS = 10;

/**
 * Watches this process's event loop, until it is disposed: how late what is due
 * every 10 ms happens. Times that pass while it is busy count each for itself, as
 * they would for whoever had wanted something then. It keeps no process alive.
 */
export class LagLog implements Disposable {
  readonly #samples: number[] = [];
  #due = performance.now() + EVERY_MS;
  #timer = this.#wait(EVERY_MS);

  /** What came since the last time, in ms. */
  take(): number[] {
    return this.#samples.splice(0);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    for (; this.#due <= now; this.#due += EVERY_MS) {
      this.#samples.push(now - this.#due);
    }
    this.#timer = this.#wait(this.#due - now);
  }

  #wait(ms: number): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => this.#look(), ms);
    Deno.unrefTimer(timer);
    return timer;
  }
}
