import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  SessionConfig,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { Log } from "./tool.ts";

export interface SessionGuardParts {
  send: (event: RealtimeClientEvent) => void;
  /** All that Parley ever changes of the session, as it has to be now. */
  ours: () => Omit<SessionConfig, "type">;
  log: Log;
  /**
   * Ends the conversation when somebody else changes the session for a second
   * time; left out where others may change it.
   */
  end: ((reason: string) => void) | undefined;
  /** Whether nobody but Parley may change the session as it begins. */
  guarded: boolean;
}

/**
 * Changes the session, and tells Parley's changes from anybody else's. Each one
 * that the peer accepts comes back as one `session.updated`: one more than
 * Parley asked for means that somebody else has changed the session.
 */
export class SessionGuard {
  readonly #parts: SessionGuardParts;
  /** The `event_id`s of changes that have not come back, oldest first. */
  readonly #expected = new Set<string>();
  #foreign = 0;
  #guarded: boolean;

  constructor(parts: SessionGuardParts) {
    this.#parts = parts;
    this.#guarded = parts.guarded;
  }

  /** Changes this of the session; what is not named stays as it is. */
  change(session: Omit<SessionConfig, "type">): void {
    const event_id = newId("event");
    this.#expected.add(event_id);
    this.#parts.send({
      type: "session.update",
      event_id,
      session: { type: "realtime", ...session },
    });
  }

  /**
   * The session is a new one: nothing that was asked of the old one comes back.
   *
   * @param guarded Whether nobody but Parley may change this one.
   */
  renewed(guarded: boolean): void {
    this.#expected.clear();
    this.#foreign = 0;
    this.#guarded = guarded;
  }

  observe(event: RealtimeServerEvent): void {
    if (event.type === "session.updated") this.#updated();
    // A change that was refused does not come back.
    if (event.type === "error" && event.error.event_id) {
      this.#expected.delete(event.error.event_id);
    }
  }

  #updated(): void {
    const [oldest] = this.#expected;
    if (oldest !== undefined) {
      this.#expected.delete(oldest);
      return;
    }
    const { ours, log, end } = this.#parts;
    if (end === undefined || !this.#guarded) return;
    this.#foreign++;
    log.warn("Somebody else changed the session", { times: this.#foreign });
    if (this.#foreign === 1) this.change(ours());
    else end("The session was changed from outside, twice");
  }
}
