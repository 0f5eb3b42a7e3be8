import type { Decoder, Engine } from "./engine.ts";
import type { Grammar } from "./grammar.ts";
import type { Pronunciations } from "./pronunciation.ts";
import { RoomTone } from "./room_tone.ts";

const PHONES =
  "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
    .split(" ");

/**
 * How much worse than free phones the phrase may fit the sound, in decoder units a 10 ms frame: all its words
 * together, the worst word, and the worst pause, into which other speech may have been swept. Chosen between what was
 * measured for phrases and for other sentences, by voices of flite and espeak-ng.
 */
const LEAST_FIT = -6;
const LEAST_WORD_FIT = -25;
const LEAST_PAUSE_FIT = -30;
/** What is shorter, in frames, says too little by itself. */
const SHORT_WORD = 8;
const SHORT_PAUSE = 10;

/**
 * Recognises one utterance at a time as it is spoken.
 *
 * A decoder with a grammar finds the grammar's best phrase in whatever it hears, a cough or another language. A second
 * one therefore hears the same sound as a free string of phones, and the phrase counts only where it fits about as well.
 */
export class Recogniser {
  #phrases: Decoder;
  #free: Decoder;
  #pronunciations: Pronunciations;
  #room!: RoomTone;
  #words = new Set<string>();
  #grammar: Grammar | undefined;

  private constructor(
    phrases: Decoder,
    free: Decoder,
    pronunciations: Pronunciations,
  ) {
    this.#phrases = phrases;
    this.#free = free;
    this.#pronunciations = pronunciations;
  }

  static async create(
    engine: Engine,
    pronunciations: Pronunciations,
  ): Promise<Recogniser> {
    // Narrower beams than the decoder's own are hardly less work, and lose phrases on the way.
    const phrases = await engine.decoder();
    const free = await engine.decoder({
      lw: 1,
      wip: 1,
      // Here they spare a third of the work: there is always a phone that fits.
      beam: 1e-15,
      pbeam: 1e-15,
      wbeam: 1e-10,
    });
    free.add_words(
      ...PHONES.map((phone): [string, string] => [phone.toLowerCase(), phone]),
    );
    free.set_grammar(
      `#JSGF V1.0; grammar free; public <sound> = (${
        PHONES.join(" | ").toLowerCase()
      })+;`,
    );
    return new Recogniser(phrases, free, pronunciations);
  }

  /** The grammar last used: starting with the same again is quicker. */
  get grammar(): Grammar | undefined {
    return this.#grammar;
  }

  start(grammar: Grammar): void {
    if (grammar !== this.#grammar) {
      const entries = [...grammar.words].filter((word) =>
        !this.#words.has(word)
      ).flatMap((word) => {
        this.#words.add(word);
        return this.#pronunciations.of(word);
      });
      if (entries.length > 0) this.#phrases.add_words(...entries);
      this.#phrases.set_grammar(grammar.jsgf);
      this.#grammar = grammar;
    }
    this.#room = new RoomTone();
    this.#phrases.start();
    this.#free.start();
  }

  /** Sound at 16 kHz, from -1 to 1. */
  hear(samples: Float32Array): void {
    const sound = this.#room.fill(samples);
    this.#phrases.process_audio(sound);
    this.#free.process_audio(sound);
  }

  /** Ends the utterance: the phrase that was said, or "". */
  finish(): string {
    this.#phrases.stop();
    this.#free.stop();
    const phrase = this.#grammar!.phraseOf(
      this.#phrases.get_text().replace(/\(\d+\)/g, ""),
    );
    return phrase !== "" && this.#fits() ? phrase : "";
  }

  #fits(): boolean {
    const free = perFrame(segments(this.#free));
    let total = 0, frames = 0;
    for (const { text, start, length, score } of segments(this.#phrases)) {
      let gain = score;
      for (let i = start; i < start + length; i++) gain -= free[i] ?? 0;
      const fit = gain / length;
      if (text === "(NULL)") continue; // a joint of the grammar
      if (/^[<[]/.test(text)) { // silence and noise
        if (length >= SHORT_PAUSE && fit < LEAST_PAUSE_FIT) return false;
        continue;
      }
      if (length >= SHORT_WORD && fit < LEAST_WORD_FIT) return false;
      total += gain;
      frames += length;
    }
    return frames > 0 && total / frames >= LEAST_FIT;
  }

  close(): void {
    this.#phrases.delete();
    this.#free.delete();
  }
}

interface Segment {
  text: string;
  /** Frames of 10 ms. */
  start: number;
  length: number;
  /** Log likelihood in decoder units. */
  score: number;
}

function segments(decoder: Decoder): Segment[] {
  return (decoder.get_alignment().w ?? []).filter((word) => word.d > 0).map((
    word,
  ) => ({
    text: word.t,
    start: Math.round(word.b * 100),
    length: Math.round(word.d * 100),
    // The decoder gives a likelihood to the base 1.0001.
    score: Math.log(Math.max(word.p, 1e-6)) * 1e4,
  }));
}

function perFrame(segments: readonly Segment[]): Float64Array {
  const scores = new Float64Array(
    segments.reduce(
      (end, { start, length }) => Math.max(end, start + length),
      0,
    ),
  );
  for (const { start, length, score } of segments) {
    scores.fill(score / length, start, start + length);
  }
  return scores;
}
