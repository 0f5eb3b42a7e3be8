import type { Clock } from "../clock.ts";
import { delay } from "../clock.ts";
import type { CallJournal } from "../engine/call_journal.ts";
import type { Log, Tool } from "../engine/tool.ts";
import type { ToolCall, ToolResult } from "../engine/tool_runner.ts";
import { retrying } from "../realtime/retries.ts";
import { isPermanent, RETRIES } from "../store/faults.ts";
import type { CallNotes, ToolState } from "../store/call_notes.ts";
import {
  type LiveSession,
  type LiveSessions,
  TakenOver,
} from "../store/live_sessions.ts";
import { type Heartbeat, isAlive } from "./heartbeat.ts";
import { hashOf, newToken } from "./tokens.ts";

/** How often is looked after a call that runs in another process, in ms. */
const LOOK_MS = 250;

/** Nobody gives a write up from outside. */
const { signal: NEVER } = new AbortController();

export interface LiveRecordParts {
  live: () => Promise<LiveSessions>;
  session: LiveSession;
  heartbeat: Heartbeat;
  clock: Clock;
  log: Log;
  /** Resolves when what is told of the conversation so far is kept. */
  told: () => Promise<void>;
  /** Called once when another process has taken the conversation over. */
  lost: () => void;
}

/**
 * What has to be known of one conversation to go on with it in another process:
 * kept in the background as it changes, its tool calls before and after they run.
 */
export class LiveRecord implements CallJournal {
  readonly #parts: LiveRecordParts;
  #session: LiveSession;
  #changed = false;
  #writing = false;
  #written = Promise.resolve();
  #closed = false;
  /** Resolves when it is known who has the conversation. */
  #claiming: Promise<unknown> | undefined;

  constructor(parts: LiveRecordParts) {
    this.#parts = parts;
    this.#session = parts.session;
  }

  get session(): LiveSession {
    return this.#session;
  }

  /** Keeps that this has changed. */
  change(part: Partial<LiveSession>): void {
    this.#session = { ...this.#session, ...part };
    this.#changed = true;
    if (!this.#writing) this.#written = this.#write();
  }

  /** A token by which the page can come back; one before it stays good until then. */
  issueToken(): string {
    const token = newToken();
    const latest = this.#session.tokens.at(-1);
    this.change({
      tokens: [...latest === undefined ? [] : [latest], hashOf(token)],
    });
    return token;
  }

  /**
   * The conversation is being claimed, perhaps for this same process: nothing is
   * written until that is known.
   */
  async claim(
    claiming: () => Promise<LiveSession | undefined>,
  ): Promise<LiveSession | undefined> {
    await this.#written;
    const before = this.#session.epoch;
    const claimed = claiming();
    this.#claiming = claimed.catch(() => {});
    try {
      const session = await claimed;
      if (session?.epoch === before + 1) {
        const { epoch, tokens } = session;
        this.#session = { ...this.#session, epoch, tokens };
      }
      return session;
    } finally {
      this.#claiming = undefined;
    }
  }

  /** Resolves when everything is kept, or the last try has failed. */
  async settled(): Promise<void> {
    await this.#written;
  }

  /** Nothing is written any more; what is kept stays for whoever goes on. */
  close(): void {
    this.#closed = true;
  }

  /** The conversation is over: nobody goes on with it. */
  async end(): Promise<void> {
    this.close();
    await this.#written;
    await this.#try("forgotten", (live) => live.end(this.#session.id));
  }

  /** What the conversation's tools remembered. */
  async state(): Promise<ToolState> {
    return await (await this.#parts.live()).calls.state(this.#session.id);
  }

  async begin(call: ToolCall, tool: Tool): Promise<ToolResult | undefined> {
    const { callId } = call;
    const live = await this.#parts.live();
    const { calls } = live;
    const beginning = this.#attempt(() => calls.begin(this.#session, call));
    let known = calls.tellCalls
      ? await beginning
      // Whoever goes on has to know what the call was.
      : (await Promise.all([beginning, this.#parts.told()]))[0];
    while (known !== undefined) {
      if (known.result !== undefined) return known.result;
      if (!await isAlive(live, known.server, this.#session.server)) {
        known = await this.#attempt(() =>
          calls.begin(this.#session, call, known)
        );
        if (known !== undefined || tool.idempotent === true) continue;
        return await this.#unknown(calls, call);
      } else {
        await delay(LOOK_MS, this.#parts.clock);
        known = await this.#attempt(async () =>
          await calls.find(this.#session.id, callId) ??
            // Its process has taken its note back.
            await calls.begin(this.#session, call)
        );
      }
    }
    this.#parts.heartbeat.enter();
    return undefined;
  }

  async finish(
    callId: string,
    result: ToolResult,
    state: ReadonlyMap<string, unknown>,
  ): Promise<void> {
    this.#parts.heartbeat.leave();
    // What was stopped half-way may have taken effect: nobody knows.
    if (result.status === "cancelled") return;
    await this.#try("kept", async ({ calls }) => {
      try {
        await calls.finish(this.#session, callId, result, [...state]);
      } catch (error) {
        // What tools remember may be too large, or nothing that can be kept.
        if (state.size === 0) throw error;
        this.#parts.log.warn("What the tools remember could not be kept", {
          entries: [...state.keys()],
          error: String(error),
        });
        await calls.finish(this.#session, callId, result, []);
      }
    });
  }

  /** Nobody can tell what became of a call whose process died. */
  async #unknown(calls: CallNotes, call: ToolCall): Promise<ToolResult> {
    const result: ToolResult = {
      status: "unknown",
      output: JSON.stringify({
        error:
          "The server was interrupted while this call was running: whether it took effect is not known. Do not repeat it without the person's word.",
      }),
      durationMs: 0,
    };
    this.#parts.log.warn("What became of a call is not known", {
      tool: call.name,
      callId: call.callId,
    });
    await this.#attempt(() =>
      calls.finish(this.#session, call.callId, result, [])
    );
    return result;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#changed && !this.#closed) {
      this.#changed = false;
      await this.#try("kept", (live) => live.put(this.#session));
    }
    this.#writing = false;
  }

  /** Tries several times; a failure is the log's, unless the conversation is lost. */
  async #try(
    what: string,
    attempt: (live: LiveSessions) => Promise<void>,
  ): Promise<void> {
    try {
      await this.#attempt(async () => await attempt(await this.#parts.live()));
    } catch (error) {
      if (error instanceof TakenOver) return;
      this.#parts.log.error(`A conversation going on could not be ${what}`, {
        error: String(error),
      });
    }
  }

  async #attempt<Value>(attempt: () => Promise<Value>): Promise<Value> {
    if (this.#claiming !== undefined) await this.#claiming;
    const { epoch } = this.#session;
    try {
      return await retrying(
        attempt,
        (error) =>
          error instanceof TakenOver || isPermanent(error) ? undefined : 0,
        NEVER,
        { ...RETRIES, clock: this.#parts.clock },
      );
    } catch (error) {
      if (!(error instanceof TakenOver)) throw error;
      await this.#claiming;
      // It was this process that has taken it over.
      if (epoch !== this.#session.epoch) return await this.#attempt(attempt);
      if (!this.#closed) {
        this.#closed = true;
        this.#parts.lost();
      }
      throw error;
    }
  }
}
