import type { Log, ToolContext } from "../../lib/engine/tool.ts";

/** One line that a tool logged. */
export interface LogLine {
  level: keyof Log;
  message: string;
  fields: Record<string, unknown>;
}

/** A {@link ToolContext} for calling a tool by itself; `lines` is what it logged. */
export function toolContext(
  overrides: Partial<ToolContext> = {},
): ToolContext & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write =
    (level: keyof Log) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      lines.push({ level, message, fields });
    };
  return {
    sessionId: "session-1",
    agent: "weather",
    callId: "call-1",
    signal: new AbortController().signal,
    log: { info: write("info"), warn: write("warn"), error: write("error") },
    ...overrides,
    lines,
  };
}
