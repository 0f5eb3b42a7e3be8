import type { Tool } from "./tool.ts";
import type { ToolCall, ToolResult } from "./tool_runner.ts";

/**
 * Where the tool calls of a conversation are written down, so that none is run
 * twice and none is forgotten, whatever happens to the process.
 */
export interface CallJournal {
  /**
   * Writes down that a call is about to run. Where it has run before, or runs
   * elsewhere, resolves to what became of it instead; it must not run then.
   *
   * @throws where it could not be written down: the call must not run.
   */
  begin(call: ToolCall, tool: Tool): Promise<ToolResult | undefined>;
  /**
   * Writes down what became of a call, before the model is told; resolves when
   * that is done, or can't be.
   */
  finish(
    callId: string,
    result: ToolResult,
    state: ReadonlyMap<string, unknown>,
  ): Promise<void>;
}

/** For conversations that nobody goes on with when their process is gone. */
export const NO_JOURNAL: CallJournal = {
  begin: () => Promise.resolve(undefined),
  finish: () => Promise.resolve(),
};
