import { systemClock, type Timer } from "../clock.ts";
import type { Transport } from "./connection.ts";
import type { Preparation } from "./preparation.ts";

/** Who has not started by then may not want to, in ms. */
const PREPARED_MS = 60_000;

/** What reaches the server: much of the script, and nothing that is seen first. */
export type Reach = typeof import("./reach.ts");

/** What a page has ready for the person's start, for as long as that is likely. */
export class Readiness {
  /** What reaches the server, once it is loaded. */
  reach: Reach | undefined;
  readonly #isFree: () => boolean;
  readonly #begin: (reach: Reach, transport: Transport) => Preparation;
  #preparation: Preparation | undefined;
  #forget: Timer | undefined;

  /**
   * @param isFree Whether nobody has started yet.
   * @param begin Begins to prepare.
   */
  constructor(
    isFree: () => boolean,
    begin: (reach: Reach, transport: Transport) => Preparation,
  ) {
    this.#isFree = isFree;
    this.#begin = begin;
  }

  /** What reaches the server; undefined where the server does not give it now. */
  async load(): Promise<Reach | undefined> {
    return this.reach ??= await import("./reach.ts").catch(() => undefined);
  }

  /** Undefined where it can't be had now: whoever starts tries again. */
  async prepare(transport: Transport): Promise<Preparation | undefined> {
    const reach = await this.load();
    if (!reach || !this.#isFree()) return;
    systemClock.clear(this.#forget);
    this.#forget = systemClock.after(PREPARED_MS, () => this.drop());
    return this.#preparation ??= this.#begin(reach, transport);
  }

  /** What is ready, or a new beginning; it is the taker's to close. */
  take(reach: Reach, transport: Transport): Preparation {
    const preparation = this.#preparation ?? this.#begin(reach, transport);
    this.#preparation = undefined;
    this.drop();
    return preparation;
  }

  /** Gives everything back. */
  drop(): void {
    systemClock.clear(this.#forget);
    this.#preparation?.close();
    this.#preparation = undefined;
  }
}
