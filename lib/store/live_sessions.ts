import type { ConversationItem } from "../realtime/events.ts";
import type { TurnTaking } from "../engine/turn_taking.ts";
import type { CallNotes } from "./call_notes.ts";

/** A conversation going on, so that any process can go on with it. */
export interface LiveSession {
  id: string;
  /**
   * Rises each time a process takes the conversation over: one that writes with
   * a lower number has lost it.
   */
  epoch: number;
  /** The process that has it. */
  server: string;
  /** The agent that has it at this moment. */
  agent: string;
  /** How its audio and events travel. */
  route: "server" | "ephemeral" | "socket";
  /** Names the call to the provider, where Parley made it. */
  callId?: string;
  /** Whether the call has stood: the agent has greeted. */
  greeted: boolean;
  turnTaking: TurnTaking;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Hashes of the tokens by which a page can come back, the older first. */
  tokens: readonly string[];
  /** Items that are out of the model's conversation for a moment, to be put back. */
  outside?: readonly ConversationItem[];
}

/** Another process has the conversation: this one has no say in it any more. */
export class TakenOver extends Error {
  override name = "TakenOver";
  override message = "Another server has taken the conversation over";
}

/**
 * The conversations that are going on, kept where every process on the same
 * database finds them. Every method can fail as its database does.
 */
export interface LiveSessions {
  /** Whether other processes see the same. */
  readonly shared: boolean;
  /** Their tool calls. */
  readonly calls: CallNotes;
  /**
   * Keeps a conversation as it is now.
   *
   * @throws {TakenOver}
   */
  put(session: LiveSession): Promise<void>;
  /**
   * Takes over the conversation of a token, with a higher epoch. The token stays
   * good until a later one is used: its `ready` may never arrive.
   */
  claim(token: string, server: string): Promise<LiveSession | undefined>;
  /** All conversations, those of processes that have died too. */
  list(): AsyncIterable<LiveSession>;
  /** Forgets a conversation that is over, and its calls. */
  end(id: string): Promise<void>;
  /** Says that a process lives; `at` in milliseconds since 1970, undefined at its end. */
  beat(server: string, at: number | undefined): Promise<void>;
  /** Whether a process is known to have died; false where only its silence tells. */
  isDead(server: string): Promise<boolean>;
  /** When a process last said that it lives. */
  lastBeat(server: string): Promise<number | undefined>;
}

/** How long what nobody ends is kept, in ms: longer than any conversation lasts. */
export const KEPT_MS = 48 * 60 * 60 * 1000;
