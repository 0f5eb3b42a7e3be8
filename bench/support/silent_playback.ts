import type { Clock } from "../../lib/clock.ts";
import type { AudioOutput, Cut, Utterance } from "../../lib/local/output.ts";
import type { UnsentServerEvent } from "../../lib/realtime/events.ts";

/** A call's playback without a sound: it is over when all words have been said. */
export class SilentPlayback implements AudioOutput {
  readonly format = "opus";
  readonly #emit: (event: UnsentServerEvent) => void;
  readonly #clock: Clock;
  #playing: { utterance: Utterance; since: number } | undefined;

  constructor(emit: (event: UnsentServerEvent) => void, clock: Clock) {
    this.#emit = emit;
    this.#clock = clock;
  }

  play(utterance: Utterance): void {
    if (this.#playing?.utterance === utterance) return;
    this.#playing = { utterance, since: this.#clock.now() };
    const response_id = utterance.responseId;
    this.#emit({ type: "output_audio_buffer.started", response_id });
  }

  room(): Promise<void> {
    return Promise.resolve();
  }

  finish(utterance: Utterance): void {
    if (this.#playing?.utterance !== utterance) return;
    this.#playing = undefined;
    const response_id = utterance.responseId;
    this.#emit({ type: "output_audio_buffer.stopped", response_id });
  }

  clear(): Cut[] {
    if (this.#playing === undefined) return [];
    const { utterance, since } = this.#playing;
    this.#playing = undefined;
    return [{ utterance, playedMs: Math.round(this.#clock.now() - since) }];
  }

  close(): void {}
}

/** A WebSocket's client plays by itself: nothing is played here. */
export const NO_PLAYBACK: AudioOutput = {
  format: "pcm",
  play: () => {},
  room: () => Promise.resolve(),
  finish: () => {},
  clear: () => [],
  close: () => {},
};
