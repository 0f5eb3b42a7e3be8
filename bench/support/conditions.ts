/** Nobody waits longer for what should happen, in ms. */
const PATIENCE_MS = 30_000;

export interface ConditionsParts {
  /** Why nothing can happen any more, once that is so. */
  over: () => string | undefined;
  /** What is known of a failure, to be told instead. */
  fault: () => string | undefined;
}

/** What is waited for, of something that changes. */
export class Conditions {
  readonly #parts: ConditionsParts;
  readonly #waiting = new Set<() => void>();

  constructor(parts: ConditionsParts) {
    this.#parts = parts;
  }

  /** Something has changed: who waits looks again. */
  look(): void {
    for (const look of [...this.#waiting]) look();
  }

  /**
   * Resolves once the condition holds.
   *
   * @throws {Error} where that does not happen in time, or can't any more.
   */
  until(
    what: string,
    condition: () => boolean,
    patienceMs = PATIENCE_MS,
  ): Promise<void> {
    const { over, fault } = this.#parts;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        act();
      };
      const fail = (why: string) =>
        settle(() => reject(new Error(`No ${what}: ${fault() ?? why}`)));
      const look = () => {
        if (condition()) return settle(resolve);
        const why = over();
        if (why !== undefined) fail(why);
      };
      const timer = setTimeout(
        () => fail(`Nothing came within ${patienceMs / 1000} s`),
        patienceMs,
      );
      this.#waiting.add(look);
      look();
    });
  }
}
