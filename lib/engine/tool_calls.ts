import type { Clock } from "../clock.ts";
import { Approvals } from "./approvals.ts";
import type { ToolReport } from "./observer.ts";
import type { Log, Tool } from "./tool.ts";
import { runTool, type ToolCall } from "./tool_runner.ts";

export interface ToolCallsParts {
  sessionId: string;
  log: Log;
  /** Milliseconds, for tools that set no limit of their own. */
  timeoutMs: number;
  clock: Clock;
  report: (report: ToolReport) => void;
  /** A tool says how far it has come. */
  progress: (message: string) => void;
  /** The call's one output; not called any more once the session is over. */
  answer: (callId: string, output: string) => void;
}

/** The tool calls of one conversation, side by side. */
export class ToolCalls {
  readonly approvals: Approvals;
  readonly #parts: ToolCallsParts;
  readonly #abort = new AbortController();
  readonly #state = new Map<string, unknown>();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: ToolCallsParts) {
    this.#parts = parts;
    this.approvals = new Approvals(parts.clock);
  }

  /** Runs a call with the tools of the agent that made it. */
  run(
    call: ToolCall,
    agent: string,
    tools: ReadonlyMap<string, Tool>,
  ): void {
    const running = this.#run(call, agent, tools)
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Stops every call; resolves when each has come to its end. */
  async close(): Promise<void> {
    this.#abort.abort(new DOMException("The session ended", "AbortError"));
    await Promise.all(this.#running);
  }

  async #run(
    call: ToolCall,
    agent: string,
    tools: ReadonlyMap<string, Tool>,
  ): Promise<void> {
    const { sessionId, log, timeoutMs, clock, progress } = this.#parts;
    const report = (report: Omit<ToolReport, keyof ToolCall>) =>
      this.#parts.report({ ...call, ...report });
    report({ status: "running" });
    const result = await runTool(call, {
      tools,
      sessionId,
      agent,
      log,
      state: this.#state,
      timeoutMs,
      signal: this.#abort.signal,
      approve: async ({ callId }, signal) => {
        const answer = this.approvals.ask(callId, signal);
        report({ status: "awaiting_approval" });
        const approved = await answer;
        if (approved) report({ status: "running" });
        return approved;
      },
      progress: (_, message) => {
        report({ status: "running", progress: message });
        progress(message);
      },
      clock,
    });
    report(result);
    if (!this.#abort.signal.aborted) {
      this.#parts.answer(call.callId, result.output);
    }
  }
}
