import type { Clock } from "../../lib/clock.ts";
import { eventIdOf, parseClientEvent } from "../../lib/local/client_events.ts";
import { Conversation } from "../../lib/local/conversation.ts";
import { ClientEventError } from "../../lib/local/errors.ts";
import { Items } from "../../lib/local/items.ts";
import type { AudioOutput, Cut } from "../../lib/local/output.ts";
import {
  detectionOf,
  mergeSession,
  newSession,
  parseSession,
} from "../../lib/local/session_config.ts";
import { Turns } from "../../lib/local/turns.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  SessionConfig,
  UnsentServerEvent,
} from "../../lib/realtime/events.ts";
import { newId } from "../../lib/realtime/ids.ts";
import type { Book } from "./book.ts";
import { ScriptedResponses } from "./scripted_responses.ts";
import { NO_PLAYBACK, SilentPlayback } from "./silent_playback.ts";

/** How long an utterance is said to last, in ms. */
const UTTERANCE_MS = 1_000;

export interface SessionParts {
  config: SessionConfig;
  /** Whether the voice goes over a call, whose playback the peer reports. */
  isCall: boolean;
  book: Book;
  clock: Clock;
}

/** Somebody on a session: gets its events as JSON, and is told of its end. */
export interface Listener {
  send(json: string): void;
  ended(): void;
}

/** One realtime session whose model follows the script. */
export class ScriptedSession {
  readonly #id = newId("sess");
  readonly #book: Book;
  readonly #clock: Clock;
  readonly #conversation = new Conversation();
  readonly #items: Items;
  readonly #output: AudioOutput;
  readonly #turns: Turns;
  readonly #responses: ScriptedResponses;
  readonly #listeners = new Set<Listener>();
  #config: SessionConfig;
  #cuts: Cut[] = [];

  constructor({ config, isCall, book, clock }: SessionParts) {
    this.#config = newSession(config);
    this.#book = book;
    this.#clock = clock;
    const conversation = this.#conversation;
    const emit = (event: UnsentServerEvent) => this.#emit(event);
    this.#items = new Items(conversation, emit);
    this.#output = isCall ? new SilentPlayback(emit, clock) : NO_PLAYBACK;
    this.#responses = new ScriptedResponses({
      emit,
      session: () => this.#config,
      conversation,
      output: this.#output,
      clock,
    });
    this.#turns = new Turns({
      emit,
      conversation,
      detection: () => detectionOf(this.#config),
      transcribes: () => Boolean(this.#config.audio?.input?.transcription),
      interrupt: () => {
        this.#cuts = this.#output.clear();
        this.#responses.stop("turn_detected");
      },
      respond: () => this.#responses.create(),
    });
  }

  /** How many are on it. */
  get attached(): number {
    return this.#listeners.size;
  }

  /** Sends the session's events to somebody, too; begins with `session.created`. */
  attach(listener: Listener): void {
    this.#listeners.add(listener);
    const session = this.#sessionObject();
    listener.send(
      JSON.stringify(named({ type: "session.created", session })),
    );
  }

  detach(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** Takes one client event as it came over the wire. */
  async receive(raw: string): Promise<void> {
    this.#book.frameCame();
    let value: unknown;
    try {
      try {
        value = JSON.parse(raw);
      } catch {
        throw new ClientEventError(
          "invalid_value",
          "Could not parse the event: expected JSON",
        );
      }
      await this.#carryOut(parseClientEvent(value));
    } catch (error) {
      if (!(error instanceof ClientEventError)) throw error;
      this.#emit({ type: "error", error: error.toWire(eventIdOf(value)) });
    }
  }

  /** The person says this aloud; resolves when the turn is over. */
  async hear(text: string): Promise<void> {
    const atMs = this.#clock.now();
    this.#turns.heard({ type: "speech_started", atMs });
    // What was cut ends first; what may not be cut is heard to its end.
    await this.#responses.settled();
    this.#report(this.#cuts.splice(0));
    this.#turns.heard({
      type: "speech_stopped",
      atMs: atMs + UTTERANCE_MS,
      durationMs: UTTERANCE_MS,
    });
    this.#turns.heard({ type: "heard", text });
  }

  /** Ends the session for all who are on it; resolves when nothing runs any more. */
  async close(): Promise<void> {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener.ended();
    this.#responses.stop("client_cancelled");
    await this.#responses.settled();
  }

  async #carryOut(event: RealtimeClientEvent): Promise<void> {
    switch (event.type) {
      case "session.update":
        this.#config = mergeSession(this.#config, parseSession(event.session));
        this.#emit({
          type: "session.updated",
          session: this.#sessionObject(),
        });
        break;
      case "input_audio_buffer.append":
        // There is no ear: what the person says comes by `hear` alone.
        break;
      case "input_audio_buffer.commit":
        await this.#turns.commit();
        break;
      case "input_audio_buffer.clear":
        this.#turns.clear();
        break;
      case "output_audio_buffer.clear":
        this.#report(this.#output.clear());
        break;
      case "conversation.item.create":
        this.#items.create(event.item, event.previous_item_id);
        break;
      case "conversation.item.retrieve":
        this.#items.retrieve(event.item_id);
        break;
      case "conversation.item.delete":
        this.#items.delete(event.item_id);
        break;
      case "conversation.item.truncate":
        this.#items.truncate(event.item_id, event.audio_end_ms);
        break;
      case "response.create":
        this.#responses.create(event.response);
        break;
      case "response.cancel":
        this.#responses.cancel("client_cancelled", event.response_id);
    }
  }

  #report(cuts: readonly Cut[]): void {
    for (const { utterance, playedMs } of cuts) {
      const response_id = utterance.responseId;
      this.#emit({ type: "output_audio_buffer.cleared", response_id });
      this.#items.cut(utterance.itemId, playedMs);
    }
  }

  #sessionObject(): SessionConfig {
    const more = { id: this.#id, object: "realtime.session" };
    return { ...this.#config, ...more };
  }

  #emit(event: UnsentServerEvent): void {
    const sent = named(event);
    const json = JSON.stringify(sent);
    this.#book.observe(sent);
    for (const listener of [...this.#listeners]) listener.send(json);
  }
}

function named(event: UnsentServerEvent): RealtimeServerEvent {
  return { ...event, event_id: newId("event") } as RealtimeServerEvent;
}
