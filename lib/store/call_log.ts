import type { ToolCall, ToolResult } from "../engine/tool_runner.ts";
import type { HeldFiles } from "./held_files.ts";

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
  readonly #files: HeldFiles;
  readonly #calls = new Map<string, LoggedCall>();
  #epoch = 0;
  #state: Place | undefined;
  /** How far it has been read. */
  #read = 0;

  /** @param files Hold the log's file from when a line is appended. */
  constructor(path: string, files: HeldFiles) {
    this.#path = path;
    this.#files = files;
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
    const file = this.#files.open(this.#path);
    // After a line that was cut off, this one still stands alone.
    const bytes = ENCODER.encode(`\n${JSON.stringify(entry)}\n`);
    for (let written = 0; written < bytes.length;) {
      written += file.writeSync(bytes.subarray(written));
    }
    // Where a line was appended to, its file stands behind it.
    const end = file.seekSync(0, Deno.SeekMode.Current);
    if (end !== this.#read + bytes.length) return this.#follow(file, end);
    this.#apply(entry, { at: this.#read + 1, length: bytes.length - 2 });
    this.#read = end;
  }

  /** Reads what has been appended since it was last read. */
  follow(): void {
    try {
      this.#reading((file) => this.#follow(file, file.statSync().size));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      this.#clear();
    }
  }

  /** The entry at a place. */
  entry({ at, length }: Place): LogEntry {
    const bytes = this.#reading((file) => bytesOf(file, at, length));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /** What is only read is not held. */
  #reading<Value>(read: (file: Deno.FsFile) => Value): Value {
    const held = this.#files.held(this.#path);
    if (held !== undefined) return read(held);
    using file = Deno.openSync(this.#path);
    return read(file);
  }

  #follow(file: Deno.FsFile, size: number): void {
    // It has been deleted, as the conversation was over.
    if (size < this.#read) this.#clear();
    if (size === this.#read) return;
    const bytes = bytesOf(file, this.#read, size - this.#read);
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

  #clear(): void {
    this.#calls.clear();
    this.#epoch = this.#read = 0;
    this.#state = undefined;
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
}

const ENCODER = new TextEncoder();

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

function bytesOf(file: Deno.FsFile, at: number, length: number): Uint8Array {
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
