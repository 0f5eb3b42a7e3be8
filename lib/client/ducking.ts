import { type Clock, systemClock, type Timer } from "../clock.ts";
import type { RealtimeServerEvent } from "../realtime/events.ts";

/** The model's side notices speech before this; what it has not noticed was a cough, in ms. */
const SUSPECTED_MS = 400;

/** By then an answer that was interrupted has ended, in ms. */
const CONFIRMED_MS = 1_500;

/** After an answer was cut the last of it is still on its way, in ms. */
const TAIL_MS = 200;

interface Parts {
  /** Where the agent is heard. */
  speaker: { duck(on: boolean): void };
  /** Whether the agent can be heard at this moment. */
  isSpeaking: () => boolean;
  clock?: Clock;
}

/**
 * Silences the agent at once when the person speaks over it, in the page itself:
 * the answer ends only once the model's side has noticed. What turns out to be no
 * speech gives the agent its voice back.
 */
export class Ducking {
  readonly #parts: Parts;
  readonly #clock: Clock;
  #state: "open" | "suspected" | "confirmed" = "open";
  #timer: Timer | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
  }

  /** The page itself has noticed that somebody begins to speak, or has ended. */
  voice(speaking: boolean): void {
    if (speaking && this.#state === "open" && this.#parts.isSpeaking()) {
      this.#duck("suspected", SUSPECTED_MS);
    } else if (!speaking && this.#state === "suspected") this.open();
  }

  /** Takes the model's events, before the page shows what they say. */
  received({ type }: RealtimeServerEvent): void {
    switch (type) {
      case "input_audio_buffer.speech_started":
        this.interrupted();
        break;
      case "output_audio_buffer.started":
        this.open();
        break;
      case "output_audio_buffer.cleared":
      case "output_audio_buffer.stopped":
        if (this.#state === "confirmed") this.#openAfter(TAIL_MS);
    }
  }

  /** The person wants the agent to be silent. */
  interrupted(): void {
    if (this.#state === "suspected" || this.#parts.isSpeaking()) {
      this.#duck("confirmed", CONFIRMED_MS);
    }
  }

  /** Lets the agent be heard. */
  open(): void {
    this.#clock.clear(this.#timer);
    if (this.#state === "open") return;
    this.#state = "open";
    this.#parts.speaker.duck(false);
  }

  #duck(state: "suspected" | "confirmed", ms: number): void {
    this.#state = state;
    this.#parts.speaker.duck(true);
    this.#openAfter(ms);
  }

  #openAfter(ms: number): void {
    this.#clock.clear(this.#timer);
    this.#timer = this.#clock.after(ms, () => this.open());
  }
}
