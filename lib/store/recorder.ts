import { type Clock, systemClock } from "../clock.ts";
import type { Observer } from "../engine/observer.ts";
import type { Log } from "../engine/tool.ts";
import type { Turn } from "../realtime/turns.ts";
import type {
  ConversationHeader,
  ConversationStore,
  KeptConversation,
} from "./conversation_store.ts";
import { NO_USAGE } from "./header.ts";
import { compareRanks } from "./rank.ts";
import { Recording } from "./recording.ts";
import { WriteBehind } from "./write_behind.ts";

/** What is known of a conversation before it begins. */
export interface Beginning
  extends Pick<ConversationHeader, "id" | "agent" | "provider"> {
  /** An agent's title, by its name. */
  titleOf: (agent: string) => string;
  /** Hears of what could not be kept. */
  log: Log;
  /** What another process has kept of it, where this one goes on. */
  takenUp?: KeptConversation;
}

/** A conversation that is being kept. */
export interface Recorded {
  /** Keeps what it sees. */
  observe: Observer;
  /** The latest of what has been said and done, in order. */
  turns(): readonly Turn[];
  /** All of it, in order: as much as is kept and can be read. */
  history(): Promise<readonly Turn[]>;
  /** Resolves when all of it is kept, as far as can be; undefined where it is. */
  kept(): Promise<void> | undefined;
  /** Resolves when all of it is kept, what nobody waits for too. */
  flush(): Promise<void>;
  /** Another process keeps it from here on. */
  letGo(): void;
}

/** Keeps conversations in a store, as they happen. */
export class Recorder {
  readonly #store: () => Promise<ConversationStore>;
  readonly #clock: Clock;
  /** Those that go on, or are still being written. */
  readonly #open = new Set<Promise<void>>();

  constructor(
    store: () => Promise<ConversationStore>,
    clock: Clock = systemClock,
  ) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Keeps a conversation from here on. */
  record({ titleOf, log, takenUp, ...known }: Beginning): Recorded {
    const writes = new WriteBehind({
      store: this.#store,
      clock: this.#clock,
      log,
    }, takenUp !== undefined);
    const header = takenUp?.header ??
      { ...known, startedAt: 0, turnCount: 0, usage: NO_USAGE };
    const recording = new Recording(header, titleOf, writes, takenUp?.turns);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const observe: Observer = (event, { at }) => {
      if (event.type === "started" || event.type === "resumed") {
        const open = ended.then(() => writes.settled())
          .finally(() => this.#open.delete(open));
        this.#open.add(open);
      }
      try {
        recording.observe(event, at);
      } finally {
        if (event.type === "ended") end();
      }
    };
    return {
      observe,
      turns: () => recording.turns,
      history: async () => {
        // As it is at this moment, whatever is said while the store is read.
        const { floor, turns } = recording;
        if (floor === undefined) return turns;
        await writes.flush();
        try {
          const kept = await (await this.#store()).takeUp(header.id);
          const older = kept?.turns.filter(({ rank }) =>
            compareRanks(rank, floor) <= 0
          ) ?? [];
          return [...older.map(({ turn }) => turn), ...turns];
        } catch (error) {
          log.warn("What was said before could not be read", {
            error: String(error),
          });
          return turns;
        }
      },
      kept: () => writes.kept,
      flush: () => writes.flush(),
      letGo: () => {
        writes.close();
        end();
      },
    };
  }

  /** Resolves when every conversation has ended and is kept, as far as can be. */
  async close(): Promise<void> {
    await Promise.all(this.#open);
  }
}
