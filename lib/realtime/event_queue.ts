/**
 * A queue between whoever has events and a loop that takes them one by one.
 * Bounded: a consumer that falls too far behind ends it with an error.
 */
export class EventQueue<Value> implements AsyncIterable<Value> {
  #values: Value[] = [];
  /** Whoever takes the next one, where they are there before it. */
  #taking: PromiseWithResolvers<IteratorResult<Value>> | undefined;
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
    this.#hand();
  }

  /** No more values; those that wait are still delivered. */
  end(): void {
    this.#ended = true;
    this.#hand();
  }

  /** No more values, and an error after those that wait. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#error = error;
    this.end();
  }

  // By hand: a generator comes to each value some turns later, and a model waits.
  [Symbol.asyncIterator](): AsyncIterator<Value> {
    return { next: () => this.#take() };
  }

  #take(): Promise<IteratorResult<Value>> {
    const taking = this.#taking = Promise.withResolvers();
    this.#hand();
    return taking.promise;
  }

  /** Gives what there is to whoever waits for it. */
  #hand(): void {
    const taking = this.#taking;
    const isNothing = this.#values.length === 0 && !this.#ended;
    if (taking === undefined || isNothing) return;
    this.#taking = undefined;
    if (this.#values.length > 0) {
      taking.resolve({ done: false, value: this.#values.shift()! });
    } else if (this.#error !== undefined) taking.reject(this.#error);
    else taking.resolve({ done: true, value: undefined });
  }
}
