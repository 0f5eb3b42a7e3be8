import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Clock, systemClock, type Timer } from "../clock.ts";
import type { Activity } from "../realtime/activity.ts";
import type { BrowserFrame } from "../session/envelope.ts";
import type { Microphone } from "./microphone.ts";
import type { Preferences } from "./preferences.ts";

/** After the button has gone up, the last sound is still on its way, in ms. */
const TAIL_MS = 200;

interface Parts {
  microphone: Microphone;
  preferences: Preferences;
  activity: ReadonlySignal<Activity>;
  send: (frame: BrowserFrame) => void;
  clock?: Clock;
}

/**
 * When the person is heard: muted or not, always or while a button is held, and
 * whether over the agent.
 */
export class TurnTaking {
  readonly muted = signal(false);
  /** Whether the button to talk is held. */
  readonly talking = signal(false);
  /** Whether what the microphone hears goes out. */
  readonly heard: ReadonlySignal<boolean>;
  readonly #parts: Parts;
  readonly #clock: Clock;
  #release: Timer | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    const { preferences, activity } = parts;
    this.heard = computed(() => {
      if (this.muted.value) return false;
      if (preferences.pushToTalk.value) return this.talking.value;
      // Who can't be interrupted must not hear itself in the microphone either.
      return preferences.bargeIn.value || activity.value !== "speaking";
    });
  }

  /** As the server is told of it. */
  get choice(): { pushToTalk: boolean; bargeIn: boolean } {
    const { pushToTalk, bargeIn } = this.#parts.preferences;
    return { pushToTalk: pushToTalk.value, bargeIn: bargeIn.value };
  }

  /** Sees to it that the microphone and the server follow; returns the end of that. */
  follow(): () => void {
    const { microphone, send } = this.#parts;
    const opened = effect(() => {
      for (const track of microphone.stream.value?.getAudioTracks() ?? []) {
        track.enabled = this.heard.value;
      }
    });
    // The start has carried the choice; only what comes after it is news.
    let first = true;
    const told = effect(() => {
      const { choice } = this;
      if (!first) send({ type: "turn_taking", ...choice });
      first = false;
    });
    return () => {
      opened();
      told();
      this.#clock.clear(this.#release);
      this.#release = undefined;
      this.talking.value = false;
    };
  }

  /** The button to talk goes down, or up. */
  talk(down: boolean): void {
    if (this.#release !== undefined) {
      this.#clock.clear(this.#release);
      this.#letGo();
    }
    if (down) {
      if (this.talking.peek()) return;
      this.#parts.send({ type: "talk", down: true });
      this.talking.value = true;
    } else if (this.talking.peek()) {
      this.#release = this.#clock.after(TAIL_MS, () => this.#letGo());
    }
  }

  #letGo(): void {
    this.#release = undefined;
    this.#parts.send({ type: "talk", down: false });
    this.talking.value = false;
  }
}
