import { deserialize, serialize } from "node:v8";
import type { ToolCall, ToolResult } from "../engine/tool_runner.ts";
import { CallLog, type LoggedCall } from "./call_log.ts";
import type {
  CallNotes,
  KeptCall,
  NotingSession,
  ToolState,
} from "./call_notes.ts";
import { HeldFiles } from "./held_files.ts";
import { Latest } from "./latest.ts";
import { KEPT_MS, TakenOver } from "./live_sessions.ts";
import { removeFile } from "./remove_file.ts";

const PREFIX = "calls-";

/** What Deno KV takes of a value: tools must not remember more here than there. */
const MAX_STATE_BYTES = 64 * 1024;

/**
 * Notes in files, one for each conversation: a line is appended in 0.05 ms, while
 * the model waits, where a transaction of a database waits for the disk. They
 * outlive the process, as the operating system has them, but not a machine that
 * loses its power.
 */
export class FileCallNotes implements CallNotes, Disposable {
  readonly tellCalls = true;
  readonly #folder: string;
  readonly #files = new HeldFiles();
  readonly #logs = new Latest<Followed>();

  /** @param folder Must be there; nobody else writes in it. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Making a file takes longer than appending to one. */
  async prepare(id: string): Promise<void> {
    await this.#files.prepare(this.#pathOf(id));
  }

  // deno-lint-ignore require-await -- What fails rejects.
  async begin(
    { id, epoch, server }: NotingSession,
    call: ToolCall,
    before?: KeptCall,
  ): Promise<KeptCall | undefined> {
    const { log } = this.#followed(id);
    const { callId } = call;
    if (before !== undefined) log.follow();
    const known = log.call(callId);
    if (known !== undefined) {
      const kept = keptOf(log, known);
      if (!isSame(kept, before)) return kept;
    }
    const run = known === undefined ? 0 : known.run + 1;
    log.append({ type: "begun", server, epoch, run, call });
    if (log.epoch > epoch) throw new TakenOver();
    const first = log.call(callId)!;
    return first.server === server && first.run === run
      ? undefined
      : keptOf(log, first);
  }

  // deno-lint-ignore require-await -- What fails rejects.
  async find(id: string, callId: string): Promise<KeptCall | undefined> {
    const { log } = this.#followed(id);
    log.follow();
    const call = log.call(callId);
    return call && keptOf(log, call);
  }

  // deno-lint-ignore require-await -- What fails rejects.
  async begun(id: string): Promise<ToolCall[]> {
    const { log } = this.#followed(id);
    log.follow();
    return log.calls().flatMap(({ begun }) => {
      const entry = log.entry(begun);
      return entry.type === "begun" ? [entry.call] : [];
    });
  }

  // deno-lint-ignore require-await -- What fails rejects.
  async finish(
    { id, server }: Pick<NotingSession, "id" | "server">,
    callId: string,
    result: ToolResult,
    state: ToolState,
  ): Promise<void> {
    const followed = this.#followed(id);
    const { log } = followed;
    const call = log.call(callId);
    if (call?.server !== server || call.ended !== undefined) return;
    // Most calls leave what is remembered as it was.
    const remembered = state.length === 0 ? followed.state : written(state);
    log.append({
      type: "ended",
      server,
      run: call.run,
      callId,
      result,
      ...remembered !== followed.state && { state: remembered },
    });
    followed.state = remembered;
  }

  // deno-lint-ignore require-await -- What fails rejects.
  async state(id: string): Promise<ToolState> {
    const { log } = this.#followed(id);
    log.follow();
    const entry = log.state && log.entry(log.state);
    return entry?.type === "ended" && entry.state !== undefined
      ? deserialize(Uint8Array.fromBase64(entry.state))
      : [];
  }

  // deno-lint-ignore require-await -- What fails rejects.
  async claimed({ id, epoch }: Pick<NotingSession, "id" | "epoch">) {
    this.#followed(id).log.append({ type: "claimed", epoch });
  }

  async end(id: string): Promise<void> {
    this.#logs.delete(id);
    await this.#remove(this.#pathOf(id));
  }

  /** Deletes the notes of conversations that nobody has ended. */
  async sweep(): Promise<void> {
    const old = Date.now() - KEPT_MS;
    for await (const { name } of Deno.readDir(this.#folder)) {
      if (!name.startsWith(PREFIX)) continue;
      const path = `${this.#folder}/${name}`;
      const { mtime } = await Deno.stat(path);
      if (mtime !== null && mtime.getTime() < old) await this.#remove(path);
    }
  }

  /** Lets go of the files; they stay. */
  [Symbol.dispose](): void {
    this.#files[Symbol.dispose]();
  }

  async #remove(path: string): Promise<void> {
    this.#files.close(path);
    await removeFile(path);
  }

  #followed(id: string): Followed {
    let followed = this.#logs.get(id);
    if (followed === undefined) {
      followed = { log: new CallLog(this.#pathOf(id), this.#files), state: "" };
      this.#logs.set(id, followed);
    }
    return followed;
  }

  #pathOf(id: string): string {
    return `${this.#folder}/${PREFIX}${encodeURIComponent(id)}`;
  }
}

interface Followed {
  log: CallLog;
  /** What the tools remembered when this process wrote it last. */
  state: string;
}

/**
 * As text that can stand in a line; what can be cloned comes back as it was.
 *
 * @throws {TypeError} where it can't be, or is too much.
 */
function written(state: ToolState): string {
  let bytes: Uint8Array;
  try {
    bytes = serialize(state);
  } catch (error) {
    throw new TypeError(String(error));
  }
  if (bytes.length > MAX_STATE_BYTES) {
    throw new TypeError(
      `What the tools remember takes ${bytes.length} bytes; ${MAX_STATE_BYTES} is the most`,
    );
  }
  return bytes.toBase64();
}

function keptOf(log: CallLog, { server, ended }: LoggedCall): KeptCall {
  const entry = ended && log.entry(ended);
  return entry?.type === "ended"
    ? { server, result: entry.result }
    : { server };
}

/** Whether a call has not changed since it was looked at. */
function isSame(known: KeptCall, before: KeptCall | undefined): boolean {
  return before !== undefined && known.server === before.server &&
    known.result === undefined;
}
