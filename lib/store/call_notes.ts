import type { ToolCall, ToolResult } from "../engine/tool_runner.ts";
import type { LiveSession } from "./live_sessions.ts";

/** A tool call that has begun to run, and what became of it. */
export interface KeptCall {
  /** The process that runs it, or ran it. */
  server: string;
  /** Missing while it runs, and where the process died in the middle of it. */
  result?: ToolResult;
}

/** The entries of the map that the tools of a conversation share. */
export type ToolState = readonly (readonly [string, unknown])[];

/** What a note has to know of its conversation. */
export type NotingSession = Pick<LiveSession, "id" | "epoch" | "server">;

/**
 * Notes of the tool calls of conversations that go on, from before each runs, so
 * that no process runs one that another has run. Every method can fail as what
 * keeps the notes does.
 */
export interface CallNotes {
  /** Whether {@link CallNotes.begun} knows the calls themselves. */
  readonly tellCalls: boolean;
  /** Gets ready for a conversation's first call, while nobody waits for that. */
  prepare(id: string): Promise<void>;
  /**
   * Notes that a call begins to run here; where it has begun before, tells what
   * is known of that instead.
   *
   * @param before Runs it once more: what was known of it, which must still be so.
   * @throws {TakenOver} where another process has the conversation.
   */
  begin(
    session: NotingSession,
    call: ToolCall,
    before?: KeptCall,
  ): Promise<KeptCall | undefined>;
  /** What is known of a call. */
  find(id: string, callId: string): Promise<KeptCall | undefined>;
  /** The calls that have begun, the latest last; none where they are not told. */
  begun(id: string): Promise<ToolCall[]>;
  /**
   * Notes what became of a call, and what its tools remember; nothing where the
   * call is not this process's any more.
   */
  finish(
    session: Pick<NotingSession, "id" | "server">,
    callId: string,
    result: ToolResult,
    state: ToolState,
  ): Promise<void>;
  /** What tools remember of a conversation. */
  state(id: string): Promise<ToolState>;
  /** A process has taken a conversation over: whoever had it begins no call more. */
  claimed(session: Pick<LiveSession, "id" | "epoch">): Promise<void>;
  /** Forgets the notes of a conversation that is over. */
  end(id: string): Promise<void>;
}
