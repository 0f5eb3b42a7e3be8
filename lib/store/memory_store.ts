import {
  type Conversation,
  type ConversationHeader,
  type ConversationPage,
  type ConversationStore,
  isOvertaken,
  type KeptConversation,
  PAGE_SIZE,
  type TurnChange,
} from "./conversation_store.ts";
import type { Position } from "./cursor.ts";
import type { PlacedTurn } from "./placed_turns.ts";
import { compareRanks } from "./rank.ts";

/** The most conversations that are kept; the one that began first goes first. */
const MOST = 500;

interface Kept {
  header: ConversationHeader;
  /** By rank. */
  turns: Map<string, PlacedTurn>;
}

/** Conversations in memory, for where there is no database. */
export class MemoryStore implements ConversationStore {
  /** By id, the oldest first. */
  readonly #kept = new Map<string, Kept>();

  begin(header: ConversationHeader): Promise<void> {
    this.#kept.set(header.id, { header, turns: new Map() });
    if (this.#kept.size > MOST) {
      this.#kept.delete(this.#kept.keys().next().value!);
    }
    return Promise.resolve();
  }

  update(
    header: ConversationHeader,
    changes: readonly TurnChange[],
  ): Promise<boolean> {
    const kept = this.#kept.get(header.id);
    if (kept === undefined || isOvertaken(header, kept.header)) {
      return Promise.resolve(false);
    }
    kept.header = header;
    for (const { rank, turn } of changes) {
      if (turn === undefined) kept.turns.delete(rank.join());
      else kept.turns.set(rank.join(), { rank, turn });
    }
    return Promise.resolve(true);
  }

  list(
    before?: Position,
    limit: number = PAGE_SIZE,
  ): Promise<ConversationPage> {
    const found = [...this.#kept.values().map(({ header }) => header)]
      .filter((header) => before === undefined || isLater(before, header))
      .sort((a, b) => isLater(a, b) ? -1 : 1);
    const conversations = found.slice(0, limit);
    const last = conversations.at(-1);
    return Promise.resolve({
      conversations,
      next: found.length > limit && last !== undefined
        ? { startedAt: last.startedAt, id: last.id }
        : undefined,
    });
  }

  get(id: string): Promise<Conversation | undefined> {
    const kept = this.#kept.get(id);
    if (kept === undefined) return Promise.resolve(undefined);
    const turns = inOrder(kept).map(({ turn }) => turn);
    return Promise.resolve({ ...kept.header, turns });
  }

  takeUp(id: string): Promise<KeptConversation | undefined> {
    const kept = this.#kept.get(id);
    return Promise.resolve(
      kept && { header: kept.header, turns: inOrder(kept) },
    );
  }

  delete(id: string): Promise<boolean> {
    return Promise.resolve(this.#kept.delete(id));
  }

  close(): void {
    this.#kept.clear();
  }
}

function inOrder({ turns }: Kept): PlacedTurn[] {
  return [...turns.values()].sort((a, b) => compareRanks(a.rank, b.rank));
}

/** Whether `a` began after `b`, in the order of {@link ConversationStore.list}. */
function isLater(a: Position, b: Position): boolean {
  return a.startedAt !== b.startedAt ? a.startedAt > b.startedAt : a.id > b.id;
}
