import { FRAME } from "./opus.ts";

/** Milliseconds in a frame. */
export const FRAME_MS = 20;
/** Speech starts with this many frames of it among the last START_WINDOW: a click or a cough of 80 ms has too few. */
const START_FRAMES = 5;
const START_WINDOW = 6;
/** While someone speaks, softer sound still belongs to it. */
const HYSTERESIS_DB = 6;
/** Blocks and their number over which the quietest frame is taken for the background: 3 s. */
const BLOCK_FRAMES = 25;
const BLOCKS = 6;
/** What counts as silence at least, in dB below full scale. */
const QUIETEST_DB = -75;

export interface DetectorSettings {
  /** 0 to 1: the higher, the louder speech must be, absolutely and above the background. */
  threshold: number;
  silenceMs: number;
}

/**
 * Finds speech in frames of 20 ms: sound that a classifier takes for a voice and that is louder than the background,
 * for 100 ms. It ends when there has been none for `silenceMs`.
 */
export class VoiceDetector {
  #voiced: (frame: Float32Array) => boolean;
  settings: DetectorSettings;
  #speaking = false;
  /** Which of the last frames had speech, newest last. */
  #recent: boolean[] = [];
  #quiet = 0;
  #block = { frames: 0, quietest: 0 };
  /** The quietest level of each of the last blocks. */
  #blocks: number[] = [];

  /** @param voiced whether a frame of 320 samples, from -1 to 1, sounds like a voice; called for every frame */
  constructor(
    voiced: (frame: Float32Array) => boolean,
    settings: DetectorSettings,
  ) {
    this.#voiced = voiced;
    this.settings = settings;
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  /** Takes the next frame. "started" comes with the frames since the onset, this one included. */
  hear(
    frame: Float32Array,
  ): { type: "started"; frames: number } | { type: "stopped" } | undefined {
    const level = decibels(frame);
    const background = this.#background(level);
    const { threshold, silenceMs } = this.settings;
    const gate =
      Math.max(-60 + 24 * threshold, background + 5 + 8 * threshold) -
      (this.#speaking ? HYSTERESIS_DB : 0);
    const speech = this.#voiced(frame) && level > gate;
    this.#recent.push(speech);
    if (this.#recent.length > START_WINDOW) this.#recent.shift();
    if (!this.#speaking) {
      if (this.#recent.filter(Boolean).length < START_FRAMES) return;
      this.#speaking = true;
      this.#quiet = 0;
      return {
        type: "started",
        frames: this.#recent.length - this.#recent.indexOf(true),
      };
    }
    // A single frame in a pause is a click.
    this.#quiet = speech && this.#recent.at(-2) ? 0 : this.#quiet + FRAME_MS;
    if (this.#quiet < silenceMs) return;
    this.reset();
    return { type: "stopped" };
  }

  /** Speech, if any, is over; what is known of the background stays. */
  reset(): void {
    this.#speaking = false;
    this.#recent = [];
  }

  #background(level: number): number {
    this.#block.quietest = this.#block.frames === 0
      ? level
      : Math.min(level, this.#block.quietest);
    if (++this.#block.frames === BLOCK_FRAMES) {
      this.#blocks.push(this.#block.quietest);
      if (this.#blocks.length > BLOCKS) this.#blocks.shift();
      this.#block.frames = 0;
    }
    // Before 3 s have passed there may have been nothing but speech, so silence is assumed.
    return this.#blocks.length < BLOCKS
      ? QUIETEST_DB
      : Math.min(...this.#blocks);
  }
}

function decibels(frame: Float32Array): number {
  let energy = 0;
  for (const sample of frame) energy += sample * sample;
  return Math.max(QUIETEST_DB, 10 * Math.log10(energy / FRAME + 1e-12));
}
