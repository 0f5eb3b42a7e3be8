import { computed, signal } from "@preact/signals";
import type { RealtimeServerEvent } from "../../realtime/events.ts";
import type { ServerFrame } from "../../session/envelope.ts";

/** The steps from the press of the button to the first word, in order. */
export const STAGES = ["microphone", "server", "call", "channel"] as const;
export type Stage = typeof STAGES[number];

/** What the conversation has used of the model so far. */
export interface UsageTotal {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  /** US dollars; undefined where the model's prices are not known. */
  costUsd: number | undefined;
}

const NOTHING_USED: UsageTotal = {
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  costUsd: 0,
};

/** What a developer wants to know of a conversation, measured in the page. */
export class Measures {
  /** When each stage was reached, in ms after the press of the button. */
  readonly stages = signal<Partial<Record<Stage, number>>>({});
  /** From the press of the button until both sides can be heard, in ms. */
  readonly connectMs = computed(() => {
    const reached = Object.values(this.stages.value);
    return reached.length < STAGES.length ? undefined : Math.max(...reached);
  });
  /**
   * Turn by turn: ms from the end of the person's speech, as the model noticed
   * it, or from the button's release, to the agent's first sound.
   */
  readonly latencies = signal<readonly number[]>([]);
  readonly usage = signal(NOTHING_USED);
  #startedAt = 0;
  #askedAt: number | undefined;

  /** @param now Milliseconds of any clock that does not jump; so everywhere here. */
  started(now: number): void {
    this.#startedAt = now;
    this.#askedAt = undefined;
    this.stages.value = {};
    this.latencies.value = [];
    this.usage.value = NOTHING_USED;
  }

  reached(stage: Stage, now: number): void {
    const stages = this.stages.peek();
    if (stages[stage] !== undefined) return;
    this.stages.value = { ...stages, [stage]: now - this.#startedAt };
  }

  /** The person has asked, with their voice. */
  asked(now: number): void {
    this.#askedAt = now;
  }

  received(event: RealtimeServerEvent, now: number): void {
    switch (event.type) {
      case "input_audio_buffer.speech_started":
        this.#askedAt = undefined;
        break;
      case "input_audio_buffer.speech_stopped":
        this.#askedAt = now;
        break;
      case "output_audio_buffer.started":
        if (this.#askedAt === undefined) return;
        this.latencies.value = [
          ...this.latencies.peek(),
          now - this.#askedAt,
        ];
        this.#askedAt = undefined;
    }
  }

  used(
    { inputTokens, cachedTokens, outputTokens, costUsd }: Extract<
      ServerFrame,
      { type: "usage" }
    >,
  ): void {
    const total = this.usage.peek();
    this.usage.value = {
      inputTokens: total.inputTokens + inputTokens,
      cachedTokens: total.cachedTokens + cachedTokens,
      outputTokens: total.outputTokens + outputTokens,
      // A sum that leaves something out would be too low.
      costUsd: total.costUsd === undefined || costUsd === undefined
        ? undefined
        : total.costUsd + costUsd,
    };
  }
}
