import type { ToolCall, ToolResult } from "../engine/tool_runner.ts";
import type {
  CallNotes,
  KeptCall,
  NotingSession,
  ToolState,
} from "./call_notes.ts";
import { TakenOver } from "./live_sessions.ts";

/** Notes for where there is no database: they end with the process. */
export class MemoryCallNotes implements CallNotes {
  readonly tellCalls = false;
  readonly #calls = new Map<string, Map<string, KeptCall>>();
  readonly #states = new Map<string, ToolState>();
  readonly #epochs = new Map<string, number>();

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  begin(
    { id, epoch, server }: NotingSession,
    { callId }: ToolCall,
    before?: KeptCall,
  ): Promise<KeptCall | undefined> {
    if ((this.#epochs.get(id) ?? 0) > epoch) {
      return Promise.reject(new TakenOver());
    }
    const calls = this.#calls.get(id) ?? new Map<string, KeptCall>();
    const known = calls.get(callId);
    if (known !== undefined && known !== before) return Promise.resolve(known);
    this.#calls.set(id, calls.set(callId, { server }));
    return Promise.resolve(undefined);
  }

  find(id: string, callId: string): Promise<KeptCall | undefined> {
    return Promise.resolve(this.#calls.get(id)?.get(callId));
  }

  begun(): Promise<ToolCall[]> {
    return Promise.resolve([]);
  }

  finish(
    { id, server }: Pick<NotingSession, "id" | "server">,
    callId: string,
    result: ToolResult,
    state: ToolState,
  ): Promise<void> {
    const calls = this.#calls.get(id);
    if (calls?.get(callId)?.server === server) {
      calls.set(callId, { server, result });
      if (state.length > 0) this.#states.set(id, state);
    }
    return Promise.resolve();
  }

  state(id: string): Promise<ToolState> {
    return Promise.resolve(this.#states.get(id) ?? []);
  }

  claimed(
    { id, epoch }: Pick<NotingSession, "id" | "epoch">,
  ): Promise<void> {
    this.#epochs.set(id, epoch);
    return Promise.resolve();
  }

  end(id: string): Promise<void> {
    this.#calls.delete(id);
    this.#states.delete(id);
    this.#epochs.delete(id);
    return Promise.resolve();
  }
}
