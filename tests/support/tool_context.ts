import { createLog } from "../../lib/log.ts";
import type { ToolContext } from "../../lib/engine/tool.ts";

/** One line that a tool logged. */
export interface LogLine {
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

/**
 * A {@link ToolContext} for calling a tool by itself; `lines` is what it logged,
 * `told` what it said of its progress.
 */
export function toolContext(
  overrides: Partial<ToolContext> = {},
): ToolContext & { lines: LogLine[]; told: string[] } {
  const lines: LogLine[] = [];
  const told: string[] = [];
  const log = createLog({}, (line) => {
    const { time: _, level, message, ...fields } = JSON.parse(line);
    lines.push({ level, message, fields });
  });
  return {
    sessionId: "session-1",
    agent: "weather",
    callId: "call-1",
    signal: new AbortController().signal,
    log,
    state: new Map(),
    progress: (message) => void told.push(message),
    ...overrides,
    lines,
    told,
  };
}
