import { delay, systemClock } from "../clock.ts";
import { effect, signal } from "@preact/signals";
import type { FirstWords } from "./sound/first_words.ts";

/**
 * Nobody speaks sooner after they have opened a microphone, in ms. To keep what is
 * said takes the browser as long as to reach a model that is near, which then would
 * be reached later: where it is reached by then nothing has to be kept.
 */
const SILENT_MS = 150;

/** What a feed comes from. */
export interface MicrophoneFeedParts {
  /** Undefined while there is no microphone. */
  microphone: { value: MediaStream | undefined };
  /** Begins to keep what is said; undefined where that can't be. */
  keepWords: (microphone: MediaStream) => Promise<FirstWords | undefined>;
}

/**
 * What the model is to hear: the microphone, and what was said into it before the
 * call stood.
 */
export class MicrophoneFeed {
  readonly stream = signal<MediaStream | undefined>(undefined);
  readonly #parts: MicrophoneFeedParts;
  readonly #unfollow: () => void;
  #stands = false;
  #closed = false;
  #words: FirstWords | undefined;

  constructor(parts: MicrophoneFeedParts) {
    this.#parts = parts;
    this.#unfollow = effect(() => void this.#take(parts.microphone.value));
  }

  /** The call stands: whatever is said from here on is heard. */
  stands(): void {
    this.#stands = true;
    if (this.#words !== undefined) void this.#release(this.#words);
  }

  close(): void {
    this.#closed = true;
    this.#unfollow();
    this.#words?.close();
  }

  /** Another microphone; what was said into the one before goes with it. */
  async #take(microphone: MediaStream | undefined): Promise<void> {
    this.#words?.close();
    this.#words = undefined;
    this.stream.value = microphone;
    if (microphone === undefined) return;
    const isLate = () =>
      this.#stands || this.#closed ||
      this.#parts.microphone.value !== microphone;
    await delay(SILENT_MS, systemClock);
    if (isLate()) return;
    const words = await this.#parts.keepWords(microphone);
    if (words === undefined) return;
    if (isLate()) return words.close();
    this.#words = words;
    this.stream.value = words.stream;
  }

  async #release(words: FirstWords): Promise<void> {
    await words.release();
    if (this.#words !== words || this.#closed) return;
    this.#words = undefined;
    this.stream.value = this.#parts.microphone.value;
    words.close();
  }
}
