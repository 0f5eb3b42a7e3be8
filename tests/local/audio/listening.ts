import type {
  Ear,
  HeardEvent,
  Hearing,
  HearingSettings,
} from "../../../lib/local/audio/hearing.ts";
import { packets } from "./person.ts";

export const CITIES = [
  "Rome",
  "Paris",
  "Seattle",
  "London",
  "Berlin",
  "New York",
  "Tokyo",
];

/** What the tests' peer can be told. */
export const SETTINGS: HearingSettings = {
  phrases: [
    "What's the weather like in {location}?",
    "what time is it in {location}",
    "will it rain tomorrow",
    "I'd like to order a pizza",
    "turn off the lights in the kitchen",
    "cancel my order",
    "tell me a joke",
    "goodbye",
    "stop",
  ],
  slots: { location: CITIES },
  detection: { threshold: 0.5, prefixPaddingMs: 300, silenceMs: 400 },
};

/** An ear whose events are kept and can be waited for. */
export class Listening {
  readonly events: HeardEvent[] = [];
  readonly ear: Ear;
  #waiting: { type: string; resolve: (event: HeardEvent) => void }[] = [];
  #taken = 0;

  constructor(hearing: Hearing, settings: HearingSettings = SETTINGS) {
    this.ear = hearing.open(settings, (event) => {
      this.events.push(event);
      this.#deliver();
    });
  }

  /** The next event of a type; those before it are passed over. */
  next<Type extends HeardEvent["type"]>(
    type: Type,
  ): Promise<Extract<HeardEvent, { type: Type }>> {
    return new Promise((resolve) => {
      this.#waiting.push({
        type,
        resolve: resolve as (event: HeardEvent) => void,
      });
      this.#deliver();
    });
  }

  /** Gives it a sound at 16 kHz as Opus packets; resolves with the text of the utterance. */
  async hears(sound: Int16Array): Promise<string> {
    for (const packet of packets(sound)) this.ear.opus(packet);
    return (await this.next("heard")).text;
  }

  #deliver(): void {
    while (this.#waiting.length > 0 && this.#taken < this.events.length) {
      const event = this.events[this.#taken++]!;
      if (event.type === this.#waiting[0]!.type) {
        this.#waiting.shift()!.resolve(event);
      }
    }
  }
}
