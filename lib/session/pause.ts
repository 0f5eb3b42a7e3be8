/** The moment in which a conversation can be left: nobody speaks, and nothing runs. */
export class Pause {
  readonly #isQuiet: () => boolean;
  /** Where somebody waits for it. */
  #come: (() => void) | undefined;

  constructor(isQuiet: () => boolean) {
    this.#isQuiet = isQuiet;
  }

  /** Something has happened: perhaps it is quiet now. */
  look(): void {
    if (this.#come !== undefined && this.#isQuiet()) this.#come();
  }

  /** Resolves when it has come, and at the latest when the signal fires. */
  async next(deadline: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#come = resolve;
    deadline.addEventListener("abort", () => resolve(), { once: true });
    if (deadline.aborted) resolve();
    this.look();
    await promise;
  }
}
