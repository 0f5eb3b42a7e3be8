import type { Turn } from "../realtime/turns.ts";
import type { Position } from "./cursor.ts";
import type { PlacedTurn } from "./placed_turns.ts";
import type { Rank } from "./rank.ts";

/** What the model was paid for, summed over a conversation. */
export interface Usage {
  inputTokens: number;
  /** Those of the input that the model had read before. */
  cachedTokens: number;
  outputTokens: number;
  /** US dollars; missing where a price is not known. */
  costUsd?: number;
}

/** What is known of a conversation beside its turns. */
export interface ConversationHeader {
  /** The session's id. */
  id: string;
  /** Who began; a handoff does not change it. */
  agent: { name: string; title: string };
  provider: "openai" | "azure" | "local";
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Missing while it goes on, and where the server died in the middle of it. */
  endedAt?: number;
  /** Why, as the server's log has it, and in one word that is always the same. */
  endReason?: string;
  endCode?: string;
  /** How often another process has gone on with it; missing where none has. */
  takeovers?: number;
  turnCount: number;
  /** The person's first words; missing where they have said nothing yet. */
  preview?: string;
  usage: Usage;
}

export interface Conversation extends ConversationHeader {
  /** In the conversation's order. */
  turns: Turn[];
}

/** A turn as it is now in its place; undefined where there is none any more. */
export interface TurnChange {
  rank: Rank;
  turn: Turn | undefined;
}

/** A conversation as whoever goes on with it needs it. */
export interface KeptConversation {
  header: ConversationHeader;
  /** In the conversation's order. */
  turns: PlacedTurn[];
}

/** Conversations, the newest first, and where the ones before them begin. */
export interface ConversationPage {
  conversations: ConversationHeader[];
  /** Missing on the last page. */
  next?: Position;
}

/** Keeps conversations. Every method can fail as its database does. */
export interface ConversationStore {
  /** Keeps a conversation that has begun; what was kept under its id goes. */
  begin(header: ConversationHeader): Promise<void>;
  /**
   * Keeps what has become of a conversation, and of these turns.
   *
   * @returns False where there is no such conversation (any more), or another
   * process has gone on with it.
   */
  update(
    header: ConversationHeader,
    changes: readonly TurnChange[],
  ): Promise<boolean>;
  /** Those that began before this one, at most `limit`. */
  list(before?: Position, limit?: number): Promise<ConversationPage>;
  get(id: string): Promise<Conversation | undefined>;
  /** What is kept of a conversation, to go on with it. */
  takeUp(id: string): Promise<KeptConversation | undefined>;
  /** Removes all that is kept of it; false where there is no such one. */
  delete(id: string): Promise<boolean>;
  close(): void;
}

/** Whether another process has gone on with a conversation since. */
export function isOvertaken(
  { takeovers = 0 }: ConversationHeader,
  known: ConversationHeader,
): boolean {
  return (known.takeovers ?? 0) > takeovers;
}

/** How many conversations a page of the list has. */
export const PAGE_SIZE = 20;
