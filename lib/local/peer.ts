import { type Clock, systemClock } from "../clock.ts";
import type { SessionConfig } from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import { AudioEvents } from "./audio_events.ts";
import { Hearing } from "./audio/hearing.ts";
import { Speaking } from "./audio/speaking.ts";
import { Call, checkOffer, OfferError } from "./call.ts";
import { HttpRefusal } from "./http.ts";
import { PeerSession } from "./peer_session.ts";
import { ClientSecrets } from "./secrets.ts";

/** How many calls one embedded peer holds at once. */
const MAX_CALLS = 1000;

/**
 * The embedded realtime peer: what answers where no model of a provider does.
 * {@link handlePeerRequest} gives it OpenAI's HTTP face.
 */
export class LocalPeer {
  readonly secrets = new ClientSecrets();
  readonly #hearing: Hearing;
  readonly #speaking: Speaking;
  readonly #clock: Clock;
  readonly #calls = new Map<string, { call: Call; session: PeerSession }>();
  readonly #sockets = new Set<PeerSession>();

  /** @param options.onError Told when the hearing or the voice had to be restarted. */
  constructor(
    { clock = systemClock, onError }: {
      clock?: Clock;
      onError?: (error: Error) => void;
    } = {},
  ) {
    this.#clock = clock;
    this.#hearing = new Hearing({ onError });
    this.#speaking = new Speaking({ onError });
  }

  /** Loads the models; a first call made before that waits for them. */
  async load(): Promise<void> {
    await Promise.all([this.#hearing.load(), this.#speaking.load()]);
  }

  /** How many sessions are open, calls and sockets together. */
  get sessions(): number {
    return this.#calls.size + this.#sockets.size;
  }

  /**
   * Takes a call.
   *
   * @returns The answer's SDP and the call's id.
   * @throws {HttpRefusal} for an offer that can't be answered, or too many calls.
   */
  async call(
    offer: string,
    config: SessionConfig,
  ): Promise<{ id: string; answer: string }> {
    if (this.#calls.size >= MAX_CALLS) {
      throw new HttpRefusal(
        429,
        "rate_limit_exceeded",
        `This peer holds ${MAX_CALLS} calls already; try again later`,
      );
    }
    try {
      checkOffer(offer);
    } catch (error) {
      throw refusalOf(error);
    }
    const id = newId("rtc");
    const call = new Call(() => this.hangup(id), this.#clock);
    const session = new PeerSession({
      config,
      hearing: this.#hearing,
      speaking: this.#speaking,
      output: (emit) => call.playback(emit),
      clock: this.#clock,
      ended: () => this.hangup(id),
    });
    this.#calls.set(id, { call, session });
    try {
      return { id, answer: await call.answer(offer, session) };
    } catch (error) {
      await this.hangup(id);
      throw refusalOf(error);
    }
  }

  /** Ends a call; false where there is no such call. */
  async hangup(id: string): Promise<boolean> {
    const found = this.#calls.get(id);
    if (found === undefined) return false;
    this.#calls.delete(id);
    found.session.close();
    await found.call.close();
    return true;
  }

  /** The session of a running call. */
  session(callId: string): PeerSession | undefined {
    return this.#calls.get(callId)?.session;
  }

  /** A session that a WebSocket alone carries, audio in its events. */
  open(config: SessionConfig, ended: () => void): PeerSession {
    const session = new PeerSession({
      config,
      hearing: this.#hearing,
      speaking: this.#speaking,
      output: (emit) => new AudioEvents(emit),
      clock: this.#clock,
      ended: () => {
        this.#sockets.delete(session);
        ended();
      },
    });
    this.#sockets.add(session);
    return session;
  }

  /** Ends every session and the workers. */
  async close(): Promise<void> {
    for (const session of [...this.#sockets]) session.close();
    await Promise.all([...this.#calls.keys()].map((id) => this.hangup(id)));
    this.#hearing.close();
    this.#speaking.close();
  }
}

/** An offer at fault is the client's mistake; anything else stays what it is. */
function refusalOf(error: unknown): unknown {
  return error instanceof OfferError
    ? new HttpRefusal(400, "invalid_offer", error.message, "sdp")
    : error;
}
