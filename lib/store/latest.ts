/** So many are remembered. */
const MOST = 10_000;

/**
 * What this process knows of the things that it changed last, by id. One that was
 * forgotten, the longest unchanged first, has to be looked up again.
 */
export class Latest<Known> {
  readonly #known = new Map<string, Known>();
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  get(id: string): Known | undefined {
    return this.#known.get(id);
  }

  set(id: string, known: Known): void {
    // Behind all others: the order is that of the changes.
    this.#known.delete(id);
    this.#known.set(id, known);
    if (this.#known.size <= this.#most) return;
    const [first] = this.#known.keys();
    this.#known.delete(first!);
  }

  delete(id: string): void {
    this.#known.delete(id);
  }
}
