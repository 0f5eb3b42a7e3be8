import { synthesise } from "./flite.ts";
import { FRAME, OpusEncoder, SPEECH_RATE } from "./opus.ts";
import { resample } from "./resample.ts";
import { sentences } from "./sentences.ts";
import type { SpokenSentence } from "./speaking.ts";
import { spokenForm } from "./spoken_form.ts";
import { fliteVoice } from "./voices.ts";

/** Softer than this, of 32768, is silence at the beginning of a text, of which KEPT samples are enough. */
const SILENT = 250;
const KEPT = 480;

/**
 * As much of the first sentence is encoded at once, in samples: 200 ms. To encode
 * takes as long as to synthesise.
 */
const FIRST = 10 * FRAME;

/**
 * Of the rest so much, 400 ms, while what is before it sounds: all of a long
 * sentence would not be there in time on a machine that has other things to do.
 */
const PIECE = 20 * FRAME;

/** One text on its way to becoming sound, a sentence at a time. */
export class Speech {
  #sentences: string[];
  #voice: string;
  #speed: number;
  /** One for the whole text, or each sentence would begin with a click. */
  #encoder: OpusEncoder | undefined;
  #begun = false;
  /** The sound of the sentence at hand that has not been encoded yet. */
  #rest: Int16Array | undefined;

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
   * The next sentence, or undefined after the last. One that has nothing to say, "…" or "👍", has no sound. The first
   * comes in parts where it is long, of which only the first has its text.
   *
   * @throws {Error} if the synthesiser fails
   */
  async next(): Promise<SpokenSentence | undefined> {
    if (this.#rest !== undefined) {
      const piece = this.#rest.subarray(0, PIECE);
      const rest = this.#rest.subarray(PIECE);
      this.#rest = rest.length > 0 ? rest : undefined;
      return this.#spoken("", piece);
    }
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
      if (this.#encoder !== undefined && sound.length > FIRST) {
        this.#rest = sound.subarray(FIRST);
        sound = sound.subarray(0, FIRST);
      }
    }
    return this.#spoken(text, sound);
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
    this.#sentences = [];
    this.#rest = undefined;
  }

  #spoken(text: string, sound: Int16Array): SpokenSentence {
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
}
