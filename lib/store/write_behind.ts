import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../engine/tool.ts";
import { retrying } from "../realtime/retries.ts";
import type {
  ConversationHeader,
  ConversationStore,
  TurnChange,
} from "./conversation_store.ts";
import { isPermanent, RETRIES } from "./faults.ts";

/**
 * Events come in bursts, and a tool call is among them: what they change is written
 * together, when the model has what it waits for, after this, in ms.
 */
const BURST_MS = 5;

/** What nobody waits for is written along with what comes next, at the latest after this, in ms. */
const LAZY_MS = 250;

/** Nobody gives a write up from outside. */
const { signal: NEVER } = new AbortController();

export interface WriteBehindParts {
  store: () => Promise<ConversationStore>;
  clock: Clock;
  log: Log;
}

/**
 * Keeps one conversation in a store, in the background: whoever tells of it
 * never waits, and a failure is nobody's but the log's. One write goes on at a
 * time, with the newest state of all that has changed since the one before.
 */
export class WriteBehind {
  readonly #parts: WriteBehindParts;
  #changes = new Map<string, TurnChange>();
  /** Runs until what is new is written. */
  #timer: Timer | undefined;
  /** Undefined where nothing is new. */
  #header: ConversationHeader | undefined;
  #writing = false;
  #written = Promise.resolve();
  /** Resolves when what waits now is kept; undefined where nothing does. */
  #kept: PromiseWithResolvers<void> | undefined;
  #begun: boolean;
  /** What of it is being written. */
  #keeping: PromiseWithResolvers<void> | undefined;
  /** Somebody has deleted the conversation, or has it now: it stays so. */
  #deleted = false;

  /** @param begun Whether the store has it already: somebody else began it. */
  constructor(parts: WriteBehindParts, begun = false) {
    this.#parts = parts;
    this.#begun = begun;
  }

  put(header: ConversationHeader, changes: readonly TurnChange[]): void {
    this.#header = header;
    for (const change of changes) this.#changes.set(change.rank.join(), change);
    // A write that goes on takes it along, and a burst has been waited for.
    if (this.#kept !== undefined) return;
    this.#kept = Promise.withResolvers();
    if (this.#writing) return;
    this.#parts.clock.clear(this.#timer);
    this.#timer = this.#parts.clock.after(BURST_MS, () => this.#start());
  }

  /** The same for what nobody waits for. */
  putLazily(header: ConversationHeader): void {
    this.#header = header;
    // What is about to be written takes it along.
    if (this.#kept !== undefined || this.#writing) return;
    this.#timer ??= this.#parts.clock.after(LAZY_MS, () => this.#start());
  }

  /** Resolves when all that has been put is kept, or the last try has failed. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) this.#start();
    await this.kept;
  }

  #start(): void {
    this.#parts.clock.clear(this.#timer);
    this.#timer = undefined;
    this.#kept ??= Promise.withResolvers();
    if (!this.#writing) this.#written = this.#write();
  }

  /**
   * Resolves when what has been put so far is kept, or the last try has failed;
   * undefined where that is so already.
   */
  get kept(): Promise<void> | undefined {
    return (this.#kept ?? this.#keeping)?.promise;
  }

  /** Nothing is written any more. */
  close(): void {
    this.#deleted = true;
    this.#parts.clock.clear(this.#timer);
    this.#timer = undefined;
    this.#kept?.resolve();
  }

  /** Resolves when everything is kept, or the last try has failed. */
  async settled(): Promise<void> {
    if (this.#timer !== undefined) this.#start();
    await this.#written;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#header !== undefined && !this.#deleted) {
      const header = this.#header;
      const changes = this.#changes;
      this.#header = undefined;
      this.#changes = new Map();
      this.#keeping = this.#kept;
      this.#kept = undefined;
      try {
        await retrying(
          () => this.#keep(header, [...changes.values()]),
          (error) => isPermanent(error) ? undefined : 0,
          NEVER,
          { ...RETRIES, clock: this.#parts.clock },
        );
      } catch (error) {
        // The next change takes them along.
        this.#changes = new Map([...changes, ...this.#changes]);
        this.#parts.log.error("A conversation could not be kept", {
          turns: changes.size,
          error: String(error),
        });
      }
      this.#keeping?.resolve();
      this.#keeping = undefined;
    }
    this.#kept?.resolve();
    this.#kept = undefined;
    this.#writing = false;
  }

  async #keep(
    header: ConversationHeader,
    changes: readonly TurnChange[],
  ): Promise<void> {
    const store = await this.#parts.store();
    if (!this.#begun) await store.begin(header);
    this.#begun = true;
    this.#deleted = !await store.update(header, changes);
  }
}
