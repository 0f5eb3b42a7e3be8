import type { Endpointer, Engine } from "./engine.ts";
import { compileGrammar, type Grammar } from "./grammar.ts";
import type { HeardEvent, HearingSettings } from "./hearing.ts";
import { FRAME, OpusDecoder, SPEECH_RATE } from "./opus.ts";
import type { RecogniserPool } from "./recogniser_pool.ts";
import { Resampler } from "./resample.ts";
import { Utterance } from "./utterance.ts";
import { FRAME_MS, VoiceDetector } from "./voice_detector.ts";

/** Heard from before the onset at least, whatever padding the events speak of: the first sound is soft. */
const LEAD_MS = 200;
/** Lost packets that are concealed; beyond, silence is the better guess. */
const MOST_CONCEALED = 5;
/** Lost packets that are made up for at all: 10 s. */
const MOST_MISSING = 500;
/** What is shorter is no utterance, in ms: OpenAI takes no less. */
const SHORTEST_MS = 100;
/** Without voice detection a voice still marks where recognition begins. */
const BY_HAND = { threshold: 0.3, silenceMs: Infinity };

/** The worker's side of an Ear: one stream of sound, from packets to events. */
export class Listener {
  #pool: RecogniserPool;
  #engine: Engine;
  #emit: (event: HeardEvent) => void;
  #onError: (error: unknown) => void;
  #settings!: HearingSettings;
  #grammar!: Grammar;
  #endpointer: Endpointer | undefined;
  #detector = new VoiceDetector(
    (frame) => this.#endpointer!.voiced(frame),
    BY_HAND,
  );
  #opus = new OpusDecoder();
  #fromPcm = new Resampler(24_000, SPEECH_RATE);
  /** The frame being filled. */
  #frame = new Float32Array(FRAME);
  #filled = 0;
  /** Frames so far. */
  #position = 0;
  #fromMs: number;
  /** The latest frames, kept for what comes before an onset. */
  #past: Float32Array[] = [];
  /** Where the utterance began, in ms. By hand: where the last one ended. */
  #begin: number;
  #utterance: Utterance | undefined;

  /** @param fromMs what the stream's position is to be, if it began elsewhere */
  constructor(
    { engine, pool, emit, onError, settings, fromMs }: {
      engine: Engine;
      pool: RecogniserPool;
      emit: (event: HeardEvent) => void;
      onError: (error: unknown) => void;
      settings: HearingSettings;
      fromMs: number;
    },
  ) {
    this.#engine = engine;
    this.#pool = pool;
    this.#emit = emit;
    this.#onError = onError;
    this.#fromMs = this.#begin = fromMs;
    this.configure(settings);
  }

  /** An utterance under way is finished with its own phrases, unless voice detection is turned on or off. */
  configure(settings: HearingSettings): void {
    const before = this.#settings as HearingSettings | undefined;
    this.#settings = settings;
    this.#grammar = compileGrammar(settings.phrases, settings.slots);
    const detect = settings.detection ?? BY_HAND;
    this.#detector.settings = detect;
    const mode = Math.min(3, Math.max(0, Math.floor(detect.threshold * 4)));
    if (mode !== this.#endpointer?.mode) {
      if (this.#endpointer) this.#engine.returnEndpointer(this.#endpointer);
      this.#endpointer = this.#engine.endpointer(mode);
    }
    if (before && !before.detection !== !settings.detection) this.clear();
  }

  opus(packet: Uint8Array, missing: number): void {
    const lost = Math.min(MOST_MISSING, Math.max(0, Math.trunc(missing) || 0));
    for (let i = 0; i < lost; i++) {
      this.#hear(
        i < MOST_CONCEALED ? this.#opus.conceal() : new Int16Array(FRAME),
      );
    }
    let samples: Int16Array;
    try {
      samples = this.#opus.decode(packet);
    } catch {
      // Damaged on the way, which is as good as lost.
      samples = this.#opus.conceal();
    }
    this.#hear(samples);
  }

  /** At 24 kHz. */
  pcm(samples: Int16Array): void {
    this.#hear(this.#fromPcm.process(samples));
  }

  /** Ends the utterance and tells its length in ms, 0 if there is none, before what was heard in it. */
  commit(tell: (durationMs: number) => void): void {
    const durationMs = Math.round(this.#now - this.#begin);
    if (
      this.#settings.detection ? !this.#utterance : durationMs < SHORTEST_MS
    ) {
      return tell(0);
    }
    tell(durationMs);
    this.#detector.reset();
    this.#finish();
  }

  clear(): void {
    this.#utterance?.drop();
    this.#utterance = undefined;
    this.#detector.reset();
    this.#begin = this.#now;
    this.#past = [];
  }

  close(): void {
    this.#utterance?.drop();
    this.#utterance = undefined;
    this.#opus.close();
    if (this.#endpointer) this.#engine.returnEndpointer(this.#endpointer);
    this.#endpointer = undefined;
  }

  /** The stream's position, in ms. */
  get #now(): number {
    return this.#fromMs + this.#position * FRAME_MS +
      this.#filled / (SPEECH_RATE / 1000);
  }

  #hear(samples: Int16Array): void {
    for (let at = 0; at < samples.length;) {
      const part = Math.min(FRAME - this.#filled, samples.length - at);
      for (let i = 0; i < part; i++) {
        this.#frame[this.#filled + i] = samples[at + i]! / 32768;
      }
      this.#filled += part;
      at += part;
      if (this.#filled < FRAME) return;
      const frame = this.#frame;
      this.#frame = new Float32Array(FRAME);
      this.#filled = 0;
      this.#position++;
      this.#next(frame);
    }
  }

  #next(frame: Float32Array): void {
    const { detection } = this.#settings;
    const change = this.#detector.hear(frame);
    this.#past.push(frame);
    if (this.#utterance) this.#utterance.hear(frame);
    else if (change?.type === "started") {
      this.#start(change.frames, detection?.prefixPaddingMs ?? 0);
    }
    const most = Math.ceil(LEAD_MS / FRAME_MS) + 8;
    while (this.#past.length > most) this.#past.shift();
    if (change?.type !== "stopped" || !detection) return;
    const now = Math.round(this.#now);
    this.#emit({
      type: "speech_stopped",
      atMs: now,
      durationMs: now - Math.round(this.#begin),
    });
    this.#finish();
  }

  #start(frames: number, paddingMs: number): void {
    this.#utterance = new Utterance(this.#pool, this.#grammar, this.#onError);
    const lead = frames + Math.ceil(LEAD_MS / FRAME_MS);
    for (const frame of this.#past.slice(-lead)) this.#utterance.hear(frame);
    if (!this.#settings.detection) return;
    // What an earlier utterance ended with is not this one's beginning.
    this.#begin = Math.max(
      this.#begin,
      this.#now - frames * FRAME_MS - paddingMs,
    );
    this.#emit({ type: "speech_started", atMs: Math.round(this.#begin) });
  }

  #finish(): void {
    const utterance = this.#utterance;
    this.#utterance = undefined;
    this.#begin = this.#now;
    this.#past = [];
    if (utterance) {
      utterance.finish((text) => this.#emit({ type: "heard", text }));
    } else this.#emit({ type: "heard", text: "" });
  }
}
