import type {
  RealtimeClientEvent,
  RealtimeResponseUsage,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import type { MessageTurn } from "../realtime/turns.ts";
import type { Log } from "./tool.ts";
import type { ToolCall, ToolOutcome, ToolResult } from "./tool_runner.ts";

/** A tool call as it goes; `result` once it is over. */
export interface ToolReport
  extends ToolCall, Omit<Partial<ToolResult>, "status"> {
  status: "running" | "awaiting_approval" | ToolOutcome;
  /** What the tool last said of its progress. */
  progress?: string;
}

/** What happens in a conversation, as observers see it. */
export type ConversationEvent =
  | { type: "started"; agent: string }
  /** It goes on in this process: another one had begun it. */
  | { type: "resumed"; agent: string }
  /** It goes on over a new call to the model. */
  | { type: "call_renewed"; reason: string }
  /** Somebody has said something, and its words are settled. */
  | { type: "turn"; turn: MessageTurn }
  | { type: "tool"; report: ToolReport }
  /** What a response used; `costUsd` where the model's prices are known. */
  | { type: "usage"; usage: RealtimeResponseUsage; costUsd?: number }
  /** Milliseconds from the end of the person's speech to the agent's first sound. */
  | { type: "latency"; ms: number }
  /** The model called the function that hands over; `from` and `to` are agents. */
  | { type: "handoff"; callId: string; from: string; to: string }
  | { type: "guardrail"; name: string; reason: string; itemId: string }
  | { type: "error"; code: string; message: string }
  /** Everything that went over the link, in both directions. */
  | { type: "received"; event: RealtimeServerEvent }
  | { type: "sent"; event: RealtimeClientEvent }
  /** The code is the same in every language: `time_limit`, `call_lost` and so on. */
  | { type: "ended"; code: string; reason: string };

/** Which conversation an event belongs to, and when it was. */
export interface EventContext {
  sessionId: string;
  /** The agent that has the conversation at that moment. */
  agent: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Watches conversations. What it throws is logged and disturbs nothing. */
export type Observer = (
  event: ConversationEvent,
  context: EventContext,
) => void | Promise<void>;

/** Tells every observer of an event; each for itself. */
export function notify(
  observers: readonly Observer[],
  event: ConversationEvent,
  context: EventContext,
  log: Log,
): void {
  const failed = (error: unknown) =>
    log.error("An observer failed", {
      event: event.type,
      error: error instanceof Error ? error.message : String(error),
    });
  for (const observer of observers) {
    try {
      const watching = observer(event, context);
      if (watching instanceof Promise) watching.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

/** The log as an observer: what happened, never what was said. */
export function logObserver(log: Log): Observer {
  return (event) => {
    switch (event.type) {
      case "started":
        return log.info("A conversation began");
      case "resumed":
        return log.info("A conversation goes on here");
      case "call_renewed":
        return log.info("A conversation goes on over a new call", {
          reason: event.reason,
        });
      case "tool": {
        const { name, callId, status, durationMs } = event.report;
        if (durationMs === undefined) return;
        return log.info("A tool was called", {
          tool: name,
          callId,
          status,
          durationMs: Math.round(durationMs),
        });
      }
      case "latency":
        return log.info("The agent answered", { ms: Math.round(event.ms) });
      case "handoff":
        return log.info("The conversation was handed over", {
          from: event.from,
          to: event.to,
        });
      case "guardrail":
        return log.warn("A guardrail tripped", { guardrail: event.name });
      case "error":
        return log.warn("The model's peer reports an error", {
          code: event.code,
          error: event.message,
        });
      case "ended":
        return log.info("A conversation ended", { reason: event.reason });
    }
  };
}
