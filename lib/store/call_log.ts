import type { ToolCall, ToolResult } from "../engine/tool_runner.ts";

/** What stands in a line of a conversation's log. */
export type LogEntry =
  /** A process has taken the conversation over: those with a lower epoch lost it. */
  | { type: "claimed"; epoch: number }
  /** A call begins to run: for the first time (0), or once more. */
  | {
    type: "begun";
    server: string;
    epoch: number;
    run: number;
    call: ToolCall;
  }
  | {
    type: "ended";
    server: string;
    run: number;
    callId: string;
    result: ToolResult;
    /** What the tools remember, where that has changed: base64. */
    state?: string;
  };

/** Where a line is, in bytes. */
interface Place {
  at: number;
  length: number;
}

/** A call, as the lines say: of what may be long, only where it is. */
export interface LoggedCall {
  server: string;
  run: number;
  begun: Place;
  ended?: Place;
}

/**
 * A conversation's calls as lines of a file that several processes append to: the
 * order of the lines decides. A call is run by whoever's line is the first, and a
 * line of a process that has lost the conversation before it counts for nothing.
 */
export class CallLog {
  readonly #path: string;
  readonly #calls = new Map<string, LoggedCall>();
  #epoch = 0;
  #state: Place | undefined;
  /** How far it has been read. */
  #read = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Rises with each process that takes the conversation over. */
  get epoch(): number {
    return this.#epoch;
  }

  /** A call as of the lines read so far. */
  call(callId: string): LoggedCall | undefined {
    return this.#calls.get(callId);
  }

  /** The calls in the order in which they began. */
  calls(): LoggedCall[] {
    return [...this.#calls.values()].sort((a, b) => a.begun.at - b.begun.at);
  }

  /** The line with what the tools remembered last. */
  get state(): Place | undefined {
    return this.#state;
  }

  /** Appends a line, and reads what others have appended before it. */
  append(entry: LogEntry): void {
    // After a line that was cut off, this one still stands alone.
    const bytes = new TextEncoder().encode(`\n${JSON.stringify(entry)}\n`);
    Deno.writeFileSync(this.#path, bytes, { append: true });
    const { size } = Deno.statSync(this.#path);
    if (size !== this.#read + bytes.length) return this.#follow(size);
    this.#apply(entry, { at: this.#read + 1, length: bytes.length - 2 });
    this.#read = size;
  }

  /** Reads what has been appended since it was last read. */
  follow(): void {
    try {
      this.#follow(Deno.statSync(this.#path).size);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      this.#follow(0);
    }
  }

  /** The entry at a place. */
  entry({ at, length }: Place): LogEntry {
    return JSON.parse(new TextDecoder().decode(this.#bytes(at, length)));
  }

  #follow(size: number): void {
    if (size < this.#read) {
      // It has been deleted, as the conversation was over.
      this.#calls.clear();
      this.#epoch = this.#read = 0;
      this.#state = undefined;
    }
    if (size === this.#read) return;
    const bytes = this.#bytes(this.#read, size - this.#read);
    let start = 0;
    while (true) {
      const end = bytes.indexOf(NEWLINE, start);
      // What has no end yet is being written, or its writer died.
      if (end < 0) break;
      const entry = parse(bytes.subarray(start, end));
      if (entry !== undefined) {
        this.#apply(entry, { at: this.#read + start, length: end - start });
      }
      start = end + 1;
    }
    this.#read += start;
  }

  #apply(entry: LogEntry, place: Place): void {
    if (entry.type === "claimed") {
      this.#epoch = Math.max(this.#epoch, entry.epoch);
      return;
    }
    if (entry.type === "begun") {
      const { server, run, epoch, call: { callId } } = entry;
      const known = this.#calls.get(callId);
      const next = known === undefined ? 0 : known.run + 1;
      if (epoch < this.#epoch || run !== next) return;
      this.#calls.set(callId, { server, run, begun: place });
      return;
    }
    const known = this.#calls.get(entry.callId);
    // Where another process was first to settle it, this one's word is late.
    if (known?.run !== entry.run || known.server !== entry.server) return;
    known.ended ??= place;
    if (entry.state !== undefined) this.#state = place;
  }

  #bytes(at: number, length: number): Uint8Array {
    using file = Deno.openSync(this.#path);
    file.seekSync(at, Deno.SeekMode.Start);
    const bytes = new Uint8Array(length);
    let read = 0;
    while (read < length) {
      const more = file.readSync(bytes.subarray(read));
      if (more === null) break;
      read += more;
    }
    return bytes.subarray(0, read);
  }
}

const NEWLINE = "\n".charCodeAt(0);

/** Undefined for what is no entry: a line that was cut off. */
function parse(line: Uint8Array): LogEntry | undefined {
  if (line.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(line));
  } catch {
    return undefined;
  }
}
