/**
 * A queue between whoever has events and a loop that takes them one by one.
 * Bounded: a consumer that falls too far behind ends it with an error.
 */
export class EventQueue<Value> implements AsyncIterable<Value> {
  #values: Value[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #error: Error | undefined;
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** Whether it takes no more values. */
  get ended(): boolean {
    return this.#ended;
  }

  push(value: Value): void {
    if (this.#ended) return;
    if (this.#values.length >= this.#limit) {
      this.fail(new Error(`More than ${this.#limit} events are waiting`));
      return;
    }
    this.#values.push(value);
    this.#wake?.();
  }

  /** No more values; those that wait are still delivered. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** No more values, and an error after those that wait. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#error = error;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    while (true) {
      const value = this.#values.shift();
      if (value !== undefined) {
        yield value;
      } else if (this.#error !== undefined) {
        throw this.#error;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#wake = resolve);
        this.#wake = undefined;
      }
    }
  }
}
