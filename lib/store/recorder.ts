import { type Clock, systemClock } from "../clock.ts";
import type { Observer } from "../engine/observer.ts";
import type { Log } from "../engine/tool.ts";
import type {
  ConversationHeader,
  ConversationStore,
} from "./conversation_store.ts";
import { NO_USAGE } from "./header.ts";
import { Recording } from "./recording.ts";
import { WriteBehind } from "./write_behind.ts";

/** What is known of a conversation before it begins. */
export interface Beginning
  extends Pick<ConversationHeader, "id" | "agent" | "provider"> {
  /** An agent's title, by its name. */
  titleOf: (agent: string) => string;
  /** Hears of what could not be kept. */
  log: Log;
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

  /** An observer that keeps the conversation it watches. */
  record({ titleOf, log, ...known }: Beginning): Observer {
    const writes = new WriteBehind({
      store: this.#store,
      clock: this.#clock,
      log,
    });
    const recording = new Recording(
      {
        ...known,
        startedAt: 0,
        turnCount: 0,
        usage: NO_USAGE,
      },
      titleOf,
      writes,
    );
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    return (event, { at }) => {
      if (event.type === "started") {
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
  }

  /** Resolves when every conversation has ended and is kept, as far as can be. */
  async close(): Promise<void> {
    await Promise.all(this.#open);
  }
}
