import type { ToolCall, ToolResult } from "../engine/tool_runner.ts";
import type {
  CallNotes,
  KeptCall,
  NotingSession,
  ToolState,
} from "./call_notes.ts";
import { Latest } from "./latest.ts";
import { KEPT_MS, type LiveSession, TakenOver } from "./live_sessions.ts";

const KEPT = { expireIn: KEPT_MS };

/**
 * Notes in Deno KV, for where processes share nothing else.
 *
 * | key                            | value                                   |
 * | ------------------------------ | --------------------------------------- |
 * | `["live call", id, call id]`   | what is known of a tool call            |
 * | `["live state", id]`           | what the conversation's tools remember  |
 */
export class KvCallNotes implements CallNotes {
  readonly tellCalls = false;
  readonly #kv: Deno.Kv;
  /** The versions of the calls that run here, by call id. */
  readonly #running = new Latest<Map<string, string>>();
  readonly #written: (id: string) => Deno.KvEntry<LiveSession> | undefined;

  /**
   * @param written A conversation as this process has written it last: as long as
   * nobody else writes, nothing has to be read before a note.
   */
  constructor(
    kv: Deno.Kv,
    written: (id: string) => Deno.KvEntry<LiveSession> | undefined = () =>
      undefined,
  ) {
    this.#kv = kv;
    this.#written = written;
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async begin(
    { id, epoch, server }: NotingSession,
    { callId }: ToolCall,
    before?: KeptCall,
  ): Promise<KeptCall | undefined> {
    const begun: KeptCall = { server };
    const written = this.#written(id);
    if (written?.value.epoch === epoch && before === undefined) {
      // Most often the call is new, and the conversation still this process's.
      const key = callKey(id, callId);
      const result = await this.#kv.atomic()
        .check(written).check({ key, versionstamp: null })
        .set(key, begun, KEPT).commit();
      if (result.ok) {
        const running = this.#running.get(id) ?? new Map();
        this.#running.set(id, running.set(callId, result.versionstamp));
        return undefined;
      }
    }
    while (true) {
      const [session, call] = await this.#kv.getMany<[LiveSession, KeptCall]>([
        sessionKey(id),
        callKey(id, callId),
      ]);
      if ((session.value?.epoch ?? 0) > epoch) throw new TakenOver();
      const known = call.value ?? undefined;
      if (known !== undefined && !isSame(known, before)) return known;
      const { ok } = await this.#kv.atomic().check(session).check(call)
        .set(call.key, begun, KEPT).commit();
      if (ok) return undefined;
    }
  }

  async find(id: string, callId: string): Promise<KeptCall | undefined> {
    const { value } = await this.#kv.get<KeptCall>(callKey(id, callId));
    return value ?? undefined;
  }

  begun(): Promise<ToolCall[]> {
    return Promise.resolve([]);
  }

  async finish(
    { id, server }: Pick<NotingSession, "id" | "server">,
    callId: string,
    result: ToolResult,
    state: ToolState,
  ): Promise<void> {
    const key = callKey(id, callId);
    const finish = async (versionstamp: string) => {
      const finished: KeptCall = { server, result };
      const atomic = this.#kv.atomic().check({ key, versionstamp })
        .set(key, finished, KEPT);
      if (state.length > 0) atomic.set(stateKey(id), state, KEPT);
      return (await atomic.commit()).ok;
    };
    const running = this.#running.get(id);
    const begun = running?.get(callId);
    running?.delete(callId);
    if (begun !== undefined && await finish(begun)) return;
    const { value, versionstamp } = await this.#kv.get<KeptCall>(key);
    // Somebody thought this process dead, and has settled the call.
    if (value?.server !== server || value.result) return;
    await finish(versionstamp!);
  }

  async state(id: string): Promise<ToolState> {
    return (await this.#kv.get<ToolState>(stateKey(id))).value ?? [];
  }

  /** The conversation's own entry says it. */
  claimed(): Promise<void> {
    return Promise.resolve();
  }

  async end(id: string): Promise<void> {
    this.#running.delete(id);
    await this.#kv.delete(stateKey(id));
    for await (const { key } of this.#kv.list({ prefix: callKey(id) })) {
      await this.#kv.delete(key);
    }
  }
}

/** Where a conversation going on is kept. */
export function sessionKey(id: string): Deno.KvKey {
  return ["live", id];
}

function stateKey(id: string): Deno.KvKey {
  return ["live state", id];
}

function callKey(id: string, ...callId: [string?]): Deno.KvKey {
  return ["live call", id, ...callId as string[]];
}

/** Whether a call has not changed since it was looked at. */
function isSame(known: KeptCall, before: KeptCall | undefined): boolean {
  return before !== undefined && known.server === before.server &&
    known.result === undefined;
}
