/** The turns of a conversation as people see it. */

/** What somebody said. */
export interface MessageTurn {
  kind: "message";
  /** The item's id on the wire. */
  id: string;
  /** When it began, in milliseconds since 1970. */
  at: number;
  role: "user" | "assistant";
  text: string;
  /**
   * `forming` while words still come; `interrupted` where the rest was never
   * heard; `unintelligible` where nothing could be made of the sound.
   */
  status: "forming" | "complete" | "interrupted" | "unintelligible";
  /** Interrupted: how many characters of the text were heard, as far as known. */
  heard?: number;
}

/** A tool that the agent used. */
export interface ToolTurn {
  kind: "tool";
  /** The item's id on the wire. */
  id: string;
  /** When it was called, in milliseconds since 1970. */
  at: number;
  callId: string;
  name: string;
  /** JSON text, as the model wrote it. */
  arguments: string;
  status:
    | "running"
    | "awaiting_approval"
    | "completed"
    | "failed"
    | "timed_out"
    | "refused"
    | "cancelled"
    | "unknown";
  /** What the tool last said of its progress. */
  progress?: string;
  output?: string;
  durationMs?: number;
}

/** The conversation went over to another agent; what follows is its. */
export interface HandoffTurn {
  kind: "handoff";
  /** The id of the item by which the model asked for it. */
  id: string;
  at: number;
  /** Titles of agents. */
  from: string;
  to: string;
}

/** A guardrail stopped the answer before it. */
export interface GuardrailTurn {
  kind: "guardrail";
  id: string;
  at: number;
  name: string;
  reason: string;
}

export type Turn = MessageTurn | ToolTurn | HandoffTurn | GuardrailTurn;
