import type { Clock } from "../clock.ts";
import { nextTurn } from "../next_turn.ts";
import { Approvals } from "./approvals.ts";
import type { CallJournal } from "./call_journal.ts";
import type { ToolReport } from "./observer.ts";
import type { Log, Tool } from "./tool.ts";
import { type RunningTool, runTool, type ToolCall } from "./tool_runner.ts";

export interface ToolCallsParts {
  sessionId: string;
  log: Log;
  /** Milliseconds, for tools that set no limit of their own. */
  timeoutMs: number;
  clock: Clock;
  journal: CallJournal;
  /** What the tools have remembered so far. */
  state: Map<string, unknown>;
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
  readonly #running = new Set<Promise<void>>();
  readonly #tools = new Set<RunningTool>();
  #closed = false;
  #letGo = false;

  constructor(parts: ToolCallsParts) {
    this.#parts = parts;
    this.approvals = new Approvals(parts.clock);
  }

  /** Runs a call with the tools of the agent that made it; none after the end. */
  run(
    call: ToolCall,
    agent: string,
    tools: ReadonlyMap<string, Tool>,
  ): void {
    if (this.#closed) return;
    const running = this.#run(call, agent, tools)
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Stops every call that is not let go; resolves when each has come to its end. */
  async close(): Promise<void> {
    if (!this.#letGo) {
      this.#closed = true;
      const reason = new DOMException("The session ended", "AbortError");
      for (const tool of this.#tools) tool.cancel(reason);
    }
    await Promise.all(this.#running);
  }

  /** Whether no call runs at this moment. */
  get idle(): boolean {
    return this.#running.size === 0;
  }

  /**
   * Another process goes on with the calls: those that run come to their end and
   * are written down, those that wait for a person are asked about there.
   */
  letGo(): void {
    this.#letGo = true;
    this.approvals.refuseAll();
  }

  async #run(
    call: ToolCall,
    agent: string,
    tools: ReadonlyMap<string, Tool>,
  ): Promise<void> {
    const { sessionId, log, timeoutMs, clock, journal, state } = this.#parts;
    // The model first: it waits, and who watches does not.
    let reported = nextTurn();
    const report = (report: Omit<ToolReport, keyof ToolCall>) => {
      reported = reported.then(() => {
        if (!this.#letGo) this.#parts.report({ ...call, ...report });
      });
    };
    let begun = false;
    report({ status: "running" });
    const tool = runTool(call, {
      tools,
      sessionId,
      agent,
      log,
      state,
      timeoutMs,
      approve: async ({ callId }, signal) => {
        const answer = this.approvals.ask(callId, signal);
        report({ status: "awaiting_approval" });
        const approved = await answer;
        if (approved) report({ status: "running" });
        return approved;
      },
      progress: (_, message) => {
        report({ status: "running", progress: message });
        if (!this.#letGo) this.#parts.progress(message);
      },
      begin: async (call, tool) => {
        const known = await journal.begin(call, tool);
        begun = known === undefined;
        return known;
      },
      clock,
    });
    this.#tools.add(tool);
    const result = await tool.result;
    this.#tools.delete(tool);
    if (begun) await journal.finish(call.callId, result, state);
    if (!this.#closed && !this.#letGo) {
      this.#parts.answer(call.callId, result.output);
      await nextTurn();
    }
    report(result);
    await reported;
  }
}
