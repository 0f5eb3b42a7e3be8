import type { Log } from "./engine/tool.ts";

/** Writes one line; the console unless a test wants to read them. */
export type LogSink = (line: string) => void;

/** What JSON leaves as it is, and a terminal or an editor may obey. */
const OBEYED = /[\x7F-\x9F\u2028-\u202E\u2066-\u2069]/g;

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
      const line = JSON.stringify({ time, level, message, ...fields, ...more });
      sink(line.replace(OBEYED, escaped));
    };
  return {
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    with: (more) => createLog({ ...fields, ...more }, sink),
  };
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
