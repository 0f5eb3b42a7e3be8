import { type Clock, systemClock, type Timer } from "../clock.ts";
import { parseJson } from "../parse_json.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  SessionConfig,
  UnsentServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { Ear, Hearing } from "./audio/hearing.ts";
import type { Speaking } from "./audio/speaking.ts";
import { eventIdOf, parseClientEvent } from "./client_events.ts";
import { Conversation } from "./conversation.ts";
import { ClientEventError, wireErrorOf } from "./errors.ts";
import { hearingSettingsOf, pcmOf } from "./input.ts";
import { IdleWatch } from "./idle.ts";
import { Items } from "./items.ts";
import type { AudioOutput, Cut } from "./output.ts";
import { Responder } from "./responder.ts";
import {
  detectionOf,
  mergeSession,
  newSession,
  parseSession,
  voiceOf,
} from "./session_config.ts";
import { Turns } from "./turns.ts";

/** OpenAI ends a session after an hour. */
const MAX_SESSION_MS = 60 * 60 * 1000;

export interface PeerSessionParts {
  config: SessionConfig;
  hearing: Pick<Hearing, "open">;
  speaking: Pick<Speaking, "speak">;
  /** Makes the place where the voice goes, given how to report on it. */
  output: (emit: (event: UnsentServerEvent) => void) => AudioOutput;
  clock?: Clock;
  /** Called once, when the session is over. */
  ended: (reason: "hangup" | "expired") => void;
}

/**
 * One realtime session as the wire shows it: its configuration, conversation,
 * turns and responses. It knows nothing of WebRTC or sockets: whoever listens
 * subscribes, whoever speaks calls {@link PeerSession.receive}.
 */
export class PeerSession {
  readonly id = newId("sess");
  readonly ear: Ear;
  readonly #conversation = new Conversation();
  readonly #items: Items;
  readonly #output: AudioOutput;
  readonly #turns: Turns;
  readonly #responder: Responder;
  readonly #idle: IdleWatch;
  readonly #parts: PeerSessionParts;
  readonly #expiresAt: number;
  readonly #expiry: Timer;
  readonly #listeners = new Map<
    (event: RealtimeServerEvent) => void,
    (() => void) | undefined
  >();
  #config: SessionConfig;
  #spoke = false;
  /** A turn ended while a response was still being made. */
  #owesAnswer = false;
  readonly #unreported: Cut[] = [];
  #closed = false;
  #received = Promise.resolve();

  constructor(parts: PeerSessionParts) {
    this.#parts = parts;
    const clock = parts.clock ?? systemClock;
    this.#config = newSession(parts.config);
    this.#expiresAt = Math.floor((Date.now() + MAX_SESSION_MS) / 1000);
    this.#expiry = clock.after(MAX_SESSION_MS, () => this.#expire());
    const emit = (event: UnsentServerEvent) => this.#emit(event);
    this.#items = new Items(this.#conversation, emit);
    this.#output = parts.output(emit);
    this.#turns = new Turns({
      emit,
      conversation: this.#conversation,
      detection: () => detectionOf(this.#config),
      transcribes: () => Boolean(this.#config.audio?.input?.transcription),
      interrupt: () => this.#interrupt(),
      respond: () => this.#respond(),
    });
    this.#responder = new Responder({
      emit,
      session: () => this.#config,
      conversation: this.#conversation,
      speaking: parts.speaking,
      output: this.#output,
      heardMs: (id) => this.#turns.heardMs(id),
      recognised: () => this.#turns.recognised(),
      over: () => this.#responseOver(),
    });
    this.#idle = new IdleWatch({
      clock,
      timeoutMs: () => detectionOf(this.#config)?.idleTimeoutMs ?? null,
      idle: (from, to) => this.#turns.timedOut(from, to),
    });
    this.ear = parts.hearing.open(
      hearingSettingsOf(this.#config),
      (event) => this.#turns.heard(event),
    );
    this.#turns.listen(this.ear);
  }

  /**
   * Hears the session's events from now on; begins with `session.created`.
   *
   * @param ended Called when the session is over.
   */
  subscribe(
    listener: (event: RealtimeServerEvent) => void,
    ended?: () => void,
  ): () => void {
    this.#listeners.set(listener, ended);
    listener({
      type: "session.created",
      event_id: newId("event"),
      session: this.#sessionObject(),
    });
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes one client event as it came over the wire. Events are carried out one
   * after the other: one that has to wait (a commit, for the ear) is not
   * overtaken by the next.
   */
  receive(raw: string): Promise<void> {
    this.#received = this.#received.then(() => this.#carryOut(raw));
    return this.#received;
  }

  async #carryOut(raw: string): Promise<void> {
    if (this.#closed) return;
    let value: unknown;
    try {
      try {
        value = parseJson(raw);
      } catch {
        throw new ClientEventError(
          "invalid_value",
          "Could not parse the event: expected JSON of at most 100 levels",
        );
      }
      await this.#dispatch(parseClientEvent(value));
    } catch (error) {
      this.#emit({
        type: "error",
        error: wireErrorOf(error, eventIdOf(value)),
      });
    }
  }

  /** Ends the session; nothing is sent from here on. */
  close(reason: "hangup" | "expired" = "hangup"): void {
    if (this.#closed) return;
    this.#closed = true;
    (this.#parts.clock ?? systemClock).clear(this.#expiry);
    this.#idle.close();
    if (this.#responder.busy) this.#responder.cancel("client_cancelled");
    this.#output.close();
    this.#turns.close();
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const ended of listeners) ended?.();
    this.#parts.ended(reason);
  }

  async #dispatch(event: RealtimeClientEvent): Promise<void> {
    switch (event.type) {
      case "session.update":
        return this.#update(event.session);
      case "input_audio_buffer.append":
        return this.ear.pcm(pcmOf(event.audio));
      case "input_audio_buffer.commit":
        return await this.#turns.commit();
      case "input_audio_buffer.clear":
        return this.#turns.clear();
      case "output_audio_buffer.clear":
        return this.#report(this.#output.clear());
      case "conversation.item.create":
        return this.#items.create(event.item, event.previous_item_id);
      case "conversation.item.retrieve":
        return this.#items.retrieve(event.item_id);
      case "conversation.item.delete":
        return this.#items.delete(event.item_id);
      case "conversation.item.truncate":
        return this.#items.truncate(event.item_id, event.audio_end_ms);
      case "response.create":
        return this.#responder.create(event.response ?? undefined);
      case "response.cancel":
        return this.#responder.cancel("client_cancelled", event.response_id);
    }
  }

  #update(asked: unknown): void {
    const update = parseSession(asked);
    // Whoever named no model has the peer's, and may still say what to call it.
    const fixed = this.#parts.config.model !== undefined;
    if (
      fixed && update.model !== undefined && update.model !== this.#config.model
    ) {
      throw new ClientEventError(
        "invalid_value",
        `Invalid value for 'session.model': the model of a session can't be changed (it is '${this.#config.model}')`,
        "session.model",
      );
    }
    const merged = mergeSession(this.#config, update);
    if (this.#spoke && voiceOf(merged) !== voiceOf(this.#config)) {
      throw new ClientEventError(
        "invalid_value",
        "Invalid value for 'session.audio.output.voice': the voice can't be changed once the session has spoken",
        "session.audio.output.voice",
      );
    }
    this.#config = merged;
    this.ear.configure(hearingSettingsOf(this.#config));
    this.#emit({ type: "session.updated", session: this.#sessionObject() });
  }

  /** The person speaks over the agent: the agent falls silent at once. */
  #interrupt(): void {
    const cuts = this.#output.clear();
    if (this.#responder.busy) {
      // Its `response.done` comes first, then what became of its sound.
      this.#unreported.push(...cuts);
      this.#responder.cancel("turn_detected");
    } else {
      this.#report(cuts);
    }
  }

  #report(cuts: Cut[]): void {
    const [playing] = cuts;
    if (playing === undefined) return;
    this.#emit({
      type: "output_audio_buffer.cleared",
      response_id: playing.utterance.responseId,
    });
    for (const { utterance, playedMs } of cuts) {
      this.#items.cut(utterance.itemId, playedMs);
    }
  }

  #respond(): void {
    this.#owesAnswer = this.#responder.busy;
    if (!this.#owesAnswer) this.#responder.create();
  }

  #responseOver(): void {
    this.#report(this.#unreported.splice(0));
    if (this.#owesAnswer) this.#respond();
  }

  #sessionObject(): SessionConfig {
    return {
      ...this.#config,
      ...{
        id: this.id,
        object: "realtime.session",
        expires_at: this.#expiresAt,
      },
    };
  }

  #emit(event: UnsentServerEvent): void {
    if (event.type === "output_audio_buffer.started") this.#spoke = true;
    this.#idle.observe(event);
    const sent = { ...event, event_id: newId("event") } as RealtimeServerEvent;
    for (const listener of [...this.#listeners.keys()]) listener(sent);
  }

  #expire(): void {
    this.#emit({
      type: "error",
      error: {
        type: "invalid_request_error",
        code: "session_expired",
        message: "Your session hit the maximum duration of 60 minutes",
        param: null,
        event_id: null,
      },
    });
    this.close("expired");
  }
}
