import type { ToolResult } from "../engine/tool_runner.ts";
import {
  type KeptCall,
  type LiveSession,
  type LiveSessions,
  TakenOver,
  type ToolState,
} from "./live_sessions.ts";

interface Kept {
  session: LiveSession;
  calls: Map<string, KeptCall>;
  state: ToolState;
}

/** Conversations going on, for where there is no database: they end with the process. */
export class MemoryLiveSessions implements LiveSessions {
  readonly shared = false;
  readonly #kept = new Map<string, Kept>();

  put(session: LiveSession): Promise<void> {
    const kept = this.#kept.get(session.id);
    if (kept === undefined) {
      this.#kept.set(session.id, { session, calls: new Map(), state: [] });
    } else if (kept.session.epoch > session.epoch) {
      return Promise.reject(new TakenOver());
    } else kept.session = session;
    return Promise.resolve();
  }

  claim(token: string, server: string): Promise<LiveSession | undefined> {
    const kept = this.#kept.values().find(({ session }) =>
      session.tokens.includes(token)
    );
    if (kept === undefined) return Promise.resolve(undefined);
    kept.session = {
      ...kept.session,
      epoch: kept.session.epoch + 1,
      server,
      tokens: [token],
    };
    return Promise.resolve(kept.session);
  }

  async *list(): AsyncGenerator<LiveSession> {
    for (const { session } of this.#kept.values()) yield session;
  }

  end(id: string): Promise<void> {
    this.#kept.delete(id);
    return Promise.resolve();
  }

  beginCall(
    { id, epoch, server }: Pick<LiveSession, "id" | "epoch" | "server">,
    callId: string,
    before?: KeptCall,
  ): Promise<KeptCall | undefined> {
    const kept = this.#kept.get(id);
    if ((kept?.session.epoch ?? 0) > epoch) {
      return Promise.reject(new TakenOver());
    }
    const known = kept?.calls.get(callId);
    if (known !== undefined && known !== before) return Promise.resolve(known);
    kept?.calls.set(callId, { server });
    return Promise.resolve(undefined);
  }

  call(id: string, callId: string): Promise<KeptCall | undefined> {
    return Promise.resolve(this.#kept.get(id)?.calls.get(callId));
  }

  finishCall(
    { id, server }: Pick<LiveSession, "id" | "server">,
    callId: string,
    result: ToolResult,
    state: ToolState,
  ): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept?.calls.has(callId)) {
      kept.calls.set(callId, { server, result });
      kept.state = state;
    }
    return Promise.resolve();
  }

  state(id: string): Promise<ToolState> {
    return Promise.resolve(this.#kept.get(id)?.state ?? []);
  }

  beat(): Promise<void> {
    return Promise.resolve();
  }

  lastBeat(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
