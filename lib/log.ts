import type { Log } from "./engine/tool.ts";

/** Writes one line; the console unless a test wants to read them. */
export type LogSink = (line: string) => void;

/**
 * A log of JSON lines: time, level, message and fields.
 *
 * @param fields Stand in every line, such as the session's id.
 */
export function createLog(
  fields: Record<string, unknown> = {},
  sink: LogSink = (line) => console.log(line),
): Log {
  const write =
    (level: string) => (message: string, more?: Record<string, unknown>) => {
      const time = new Date().toISOString();
      sink(JSON.stringify({ time, level, message, ...fields, ...more }));
    };
  return {
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    with: (more) => createLog({ ...fields, ...more }, sink),
  };
}
