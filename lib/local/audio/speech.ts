import { synthesise } from "./flite.ts";
import { OpusEncoder, SPEECH_RATE } from "./opus.ts";
import { resample } from "./resample.ts";
import { sentences } from "./sentences.ts";
import type { SpokenSentence } from "./speaking.ts";
import { spokenForm } from "./spoken_form.ts";
import { fliteVoice } from "./voices.ts";

/** Softer than this, of 32768, is silence at the beginning of a text, of which KEPT samples are enough. */
const SILENT = 250;
const KEPT = 480;

/** One text on its way to becoming sound, a sentence at a time. */
export class Speech {
  #sentences: string[];
  #voice: string;
  #speed: number;
  /** One for the whole text, or each sentence would begin with a click. */
  #encoder: OpusEncoder | undefined;
  #begun = false;

  constructor(
    text: string,
    options: { voice: string; speed: number; format: "opus" | "pcm" },
  ) {
    this.#sentences = sentences(text);
    this.#voice = fliteVoice(options.voice);
    this.#speed = options.speed;
    if (options.format === "opus") this.#encoder = new OpusEncoder();
  }

  /** Whether a sentence of it has been made. */
  get begun(): boolean {
    return this.#begun;
  }

  /**
   * The next sentence, or undefined after the last. One that has nothing to say, "…" or "👍", has no sound.
   *
   * @throws {Error} if the synthesiser fails
   */
  async next(): Promise<SpokenSentence | undefined> {
    const text = this.#sentences.shift();
    if (text === undefined) return;
    const said = spokenForm(text);
    let sound = said === ""
      ? new Int16Array(0)
      : await synthesise(said, this.#voice, this.#speed);
    if (!this.#begun && said !== "") {
      this.#begun = true;
      const onset = sound.findIndex((sample) => Math.abs(sample) > SILENT);
      sound = sound.subarray(Math.max(0, onset - KEPT));
    }
    const packets = this.#encoder?.encodeAll(sound) ?? [];
    return {
      text,
      durationMs: this.#encoder
        ? packets.length * 20
        : Math.round(sound.length / (SPEECH_RATE / 1000)),
      packets,
      pcm: this.#encoder ? null : resample(sound, SPEECH_RATE, 24_000),
    };
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
    this.#sentences = [];
  }
}
