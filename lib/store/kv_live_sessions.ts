import type { ToolResult } from "../engine/tool_runner.ts";
import { Latest } from "./latest.ts";
import {
  KEPT_MS,
  type KeptCall,
  type LiveSession,
  type LiveSessions,
  TakenOver,
  type ToolState,
} from "./live_sessions.ts";

const KEPT = { expireIn: KEPT_MS };

/** A process that says nothing is forgotten after this long, in ms. */
const SERVER_KEPT_MS = 60 * 60 * 1000;

/**
 * Conversations going on, in Deno KV.
 *
 * | key                            | value                                   |
 * | ------------------------------ | --------------------------------------- |
 * | `["live", id]`                 | the session                             |
 * | `["live token", hash]`         | the session's id                        |
 * | `["live call", id, call id]`   | what is known of a tool call            |
 * | `["live state", id]`           | what its tools remember                 |
 * | `["live server", process]`     | when it last said that it lives         |
 */
export class KvLiveSessions implements LiveSessions {
  readonly shared = true;
  readonly #kv: Deno.Kv;
  /**
   * What this process has written last: as long as nobody else writes, nothing
   * has to be read before the next write.
   */
  readonly #written = new Latest<Written>();

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  async put(session: LiveSession): Promise<void> {
    let known: Deno.KvEntryMaybe<LiveSession> =
      this.#written.get(session.id)?.entry ?? await this.#session(session.id);
    while (true) {
      if ((known.value?.epoch ?? 0) > session.epoch) throw new TakenOver();
      const atomic = this.#kv.atomic().check(known)
        .set(known.key, session, KEPT);
      for (const token of known.value?.tokens ?? []) {
        if (!session.tokens.includes(token)) atomic.delete(tokenKey(token));
      }
      for (const token of session.tokens) {
        if (known.value?.tokens.includes(token)) continue;
        atomic.set(tokenKey(token), session.id, KEPT);
      }
      const result = await atomic.commit();
      if (result.ok) return this.#wrote(session, result);
      // Somebody else has written it meanwhile: once more.
      known = await this.#session(session.id);
    }
  }

  async claim(
    token: string,
    server: string,
  ): Promise<LiveSession | undefined> {
    while (true) {
      const { value: id } = await this.#kv.get<string>(tokenKey(token));
      if (id === null) return undefined;
      const known = await this.#session(id);
      if (!known.value?.tokens.includes(token)) return undefined;
      const { epoch, tokens } = known.value;
      const session = {
        ...known.value,
        epoch: epoch + 1,
        server,
        tokens: [token],
      };
      const atomic = this.#kv.atomic().check(known).set(
        known.key,
        session,
        KEPT,
      );
      for (const other of tokens) {
        if (other !== token) atomic.delete(tokenKey(other));
      }
      const result = await atomic.commit();
      if (!result.ok) continue;
      this.#wrote(session, result);
      return session;
    }
  }

  async *list(): AsyncGenerator<LiveSession> {
    const entries = this.#kv.list<LiveSession>({ prefix: ["live"] });
    for await (const { value } of entries) yield value;
  }

  async end(id: string): Promise<void> {
    const { key, value } = await this.#session(id);
    const atomic = this.#kv.atomic().delete(key).delete(stateKey(id));
    for (const token of value?.tokens ?? []) atomic.delete(tokenKey(token));
    await atomic.commit();
    this.#written.delete(id);
    for await (const { key } of this.#kv.list({ prefix: callKey(id) })) {
      await this.#kv.delete(key);
    }
  }

  async beginCall(
    { id, epoch, server }: Pick<LiveSession, "id" | "epoch" | "server">,
    callId: string,
    before?: KeptCall,
  ): Promise<KeptCall | undefined> {
    const begun: KeptCall = { server };
    const written = this.#written.get(id);
    if (written?.entry.value.epoch === epoch && before === undefined) {
      // Most often the call is new, and the session still this process's.
      const key = callKey(id, callId);
      const result = await this.#kv.atomic()
        .check(written.entry).check({ key, versionstamp: null })
        .set(key, begun, KEPT).commit();
      if (result.ok) {
        written.calls.set(callId, result.versionstamp);
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

  async call(id: string, callId: string): Promise<KeptCall | undefined> {
    const { value } = await this.#kv.get<KeptCall>(callKey(id, callId));
    return value ?? undefined;
  }

  async finishCall(
    { id, server }: Pick<LiveSession, "id" | "server">,
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
    const calls = this.#written.get(id)?.calls;
    const begun = calls?.get(callId);
    calls?.delete(callId);
    if (begun !== undefined && await finish(begun)) return;
    const { value, versionstamp } = await this.#kv.get<KeptCall>(key);
    // Somebody thought this process dead, and has settled the call.
    if (value?.server !== server || value.result) return;
    await finish(versionstamp!);
  }

  async state(id: string): Promise<ToolState> {
    return (await this.#kv.get<ToolState>(stateKey(id))).value ?? [];
  }

  async beat(server: string, at: number | undefined): Promise<void> {
    const key = ["live server", server];
    if (at === undefined) await this.#kv.delete(key);
    else await this.#kv.set(key, at, { expireIn: SERVER_KEPT_MS });
  }

  async lastBeat(server: string): Promise<number | undefined> {
    const { value } = await this.#kv.get<number>(["live server", server]);
    return value ?? undefined;
  }

  #wrote(value: LiveSession, { versionstamp }: Deno.KvCommitResult): void {
    const { calls = new Map() } = this.#written.get(value.id) ?? {};
    const entry = { key: sessionKey(value.id), value, versionstamp };
    this.#written.set(value.id, { entry, calls });
  }

  #session(id: string): Promise<Deno.KvEntryMaybe<LiveSession>> {
    return this.#kv.get<LiveSession>(sessionKey(id));
  }
}

/** A session as this process has written it, with the calls that it has begun. */
interface Written {
  entry: Deno.KvEntry<LiveSession>;
  /** The versions of calls that run, by call id. */
  calls: Map<string, string>;
}

function sessionKey(id: string): Deno.KvKey {
  return ["live", id];
}

function tokenKey(hash: string): Deno.KvKey {
  return ["live token", hash];
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
