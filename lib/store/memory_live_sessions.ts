import {
  type LiveSession,
  type LiveSessions,
  TakenOver,
} from "./live_sessions.ts";
import { MemoryCallNotes } from "./memory_call_notes.ts";

/** Conversations going on, for where there is no database: they end with the process. */
export class MemoryLiveSessions implements LiveSessions {
  readonly shared = false;
  readonly calls = new MemoryCallNotes();
  readonly #sessions = new Map<string, LiveSession>();

  put(session: LiveSession): Promise<void> {
    if ((this.#sessions.get(session.id)?.epoch ?? 0) > session.epoch) {
      return Promise.reject(new TakenOver());
    }
    this.#sessions.set(session.id, session);
    return Promise.resolve();
  }

  async claim(token: string, server: string): Promise<LiveSession | undefined> {
    const known = this.#sessions.values().find(({ tokens }) =>
      tokens.includes(token)
    );
    if (known === undefined) return undefined;
    const session = {
      ...known,
      epoch: known.epoch + 1,
      server,
      tokens: [token],
    };
    this.#sessions.set(session.id, session);
    await this.calls.claimed(session);
    return session;
  }

  async *list(): AsyncGenerator<LiveSession> {
    yield* this.#sessions.values();
  }

  async end(id: string): Promise<void> {
    this.#sessions.delete(id);
    await this.calls.end(id);
  }

  beat(): Promise<void> {
    return Promise.resolve();
  }

  isDead(): Promise<boolean> {
    return Promise.resolve(false);
  }

  lastBeat(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
