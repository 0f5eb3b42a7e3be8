import type { CallNotes } from "./call_notes.ts";
import { KvCallNotes, sessionKey } from "./kv_call_notes.ts";
import { Latest } from "./latest.ts";
import {
  KEPT_MS,
  type LiveSession,
  type LiveSessions,
  TakenOver,
} from "./live_sessions.ts";
import type { ServerLocks } from "./server_locks.ts";

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
 * | `["live server", process]`     | when it last said that it lives         |
 */
export class KvLiveSessions implements LiveSessions {
  readonly shared = true;
  readonly calls: CallNotes;
  readonly #kv: Deno.Kv;
  readonly #locks: ServerLocks | undefined;
  /**
   * What this process has written last: as long as nobody else writes, nothing
   * has to be read before the next write.
   */
  readonly #written = new Latest<Deno.KvEntry<LiveSession>>();

  /** @param beside What processes of one machine share beside the database. */
  constructor(kv: Deno.Kv, { calls, locks }: Beside = {}) {
    this.#kv = kv;
    this.#locks = locks;
    this.calls = calls ??
      new KvCallNotes(kv, (id) => this.#written.get(id));
  }

  async put(session: LiveSession): Promise<void> {
    let known: Deno.KvEntryMaybe<LiveSession> = this.#written.get(session.id) ??
      await this.#session(session.id);
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
      const [result] = await Promise.all([
        atomic.commit(),
        known.value === null ? this.calls.prepare(session.id) : undefined,
      ]);
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
      await this.calls.claimed(session);
      return session;
    }
  }

  async *list(): AsyncGenerator<LiveSession> {
    const entries = this.#kv.list<LiveSession>({ prefix: ["live"] });
    for await (const { value } of entries) yield value;
  }

  async end(id: string): Promise<void> {
    const { key, value } = await this.#session(id);
    const atomic = this.#kv.atomic().delete(key);
    for (const token of value?.tokens ?? []) atomic.delete(tokenKey(token));
    await atomic.commit();
    this.#written.delete(id);
    await this.calls.end(id);
  }

  async beat(server: string, at: number | undefined): Promise<void> {
    const key = ["live server", server];
    if (at === undefined) {
      await this.#kv.delete(key);
      await this.#locks?.release(server);
    } else {
      this.#locks?.hold(server);
      await this.#kv.set(key, at, { expireIn: SERVER_KEPT_MS });
    }
  }

  async isDead(server: string): Promise<boolean> {
    return await this.#locks?.isDead(server) ?? false;
  }

  async lastBeat(server: string): Promise<number | undefined> {
    const { value } = await this.#kv.get<number>(["live server", server]);
    return value ?? undefined;
  }

  #wrote(value: LiveSession, { versionstamp }: Deno.KvCommitResult): void {
    const entry = { key: sessionKey(value.id), value, versionstamp };
    this.#written.set(value.id, entry);
  }

  #session(id: string): Promise<Deno.KvEntryMaybe<LiveSession>> {
    return this.#kv.get<LiveSession>(sessionKey(id));
  }
}

/** What is kept in files, where processes share a folder. */
export interface Beside {
  /** Else calls are noted in the database. */
  calls?: CallNotes;
  /** Else only its silence tells that a process has died. */
  locks?: ServerLocks;
}

function tokenKey(hash: string): Deno.KvKey {
  return ["live token", hash];
}
