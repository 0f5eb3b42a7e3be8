import type { Grammar } from "./grammar.ts";
import type { Recogniser } from "./recogniser.ts";
import type { RecogniserPool } from "./recogniser_pool.ts";
import { FRAME_MS } from "./voice_detector.ts";

/** No phrase takes as long; beyond it, nothing is remembered and the utterance counts as none of the phrases. */
const LONGEST_FRAMES = 30_000 / FRAME_MS;

/** One utterance on its way through a recogniser, which works on it while it is spoken. */
export class Utterance {
  #pool: RecogniserPool;
  #recogniser: Recogniser | undefined;
  #withdraw: () => void;
  /** Sound that came before there was a recogniser. */
  #waiting: Float32Array[] = [];
  #frames = 0;
  #done: ((text: string) => void) | undefined;
  #refused = false;
  #onError: (error: unknown) => void;

  constructor(
    pool: RecogniserPool,
    grammar: Grammar,
    onError: (error: unknown) => void,
  ) {
    this.#pool = pool;
    this.#onError = onError;
    // Assigned first: the pool may answer at once.
    this.#withdraw = () => {};
    const withdraw = pool.borrow(
      grammar,
      (recogniser) => this.#begin(recogniser),
    );
    if (!this.#recogniser) this.#withdraw = withdraw;
  }

  /** A frame of the sound, at 16 kHz, from -1 to 1. It must not be changed afterwards. */
  hear(frame: Float32Array): void {
    if (this.#refused) return;
    if (++this.#frames > LONGEST_FRAMES) return this.#refuse();
    if (this.#recogniser) this.#attempt((recogniser) => recogniser.hear(frame));
    else this.#waiting.push(frame);
  }

  /** Ends the utterance: `done` gets the phrase that was said, or "", at once unless a recogniser is still awaited. */
  finish(done: (text: string) => void): void {
    if (this.#refused) return done("");
    this.#done = done;
    if (this.#recogniser) this.#end();
  }

  /** Drops the utterance; `done` is not called. */
  drop(): void {
    this.#done = undefined;
    this.#refuse();
  }

  #begin(recogniser: Recogniser | undefined): void {
    if (!recogniser) {
      this.#refuse();
      return this.#done?.("");
    }
    this.#recogniser = recogniser;
    for (const frame of this.#waiting) {
      this.#attempt((recogniser) => recogniser.hear(frame));
    }
    this.#waiting = [];
    if (this.#done) this.#end();
  }

  #end(): void {
    let text = "";
    this.#attempt((recogniser) => text = recogniser.finish());
    const recogniser = this.#recogniser;
    this.#recogniser = undefined;
    const done = this.#done;
    this.#done = undefined;
    if (recogniser) this.#pool.giveBack(recogniser);
    done?.(text);
  }

  #refuse(): void {
    this.#refused = true;
    this.#waiting = [];
    this.#withdraw();
    if (!this.#recogniser) return;
    this.#attempt((recogniser) => recogniser.finish());
    if (this.#recogniser) this.#pool.giveBack(this.#recogniser);
    this.#recogniser = undefined;
  }

  /** A decoder that failed is replaced; only this utterance is lost. */
  #attempt(work: (recogniser: Recogniser) => void): void {
    if (!this.#recogniser) return;
    try {
      work(this.#recogniser);
    } catch (error) {
      const recogniser = this.#recogniser;
      this.#recogniser = undefined;
      this.#refused = true;
      this.#pool.giveBack(recogniser, true);
      this.#onError(error);
    }
  }
}
