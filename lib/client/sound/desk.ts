import { effect, signal } from "@preact/signals";
import type { Microphone } from "../microphone.ts";
import { closeContext } from "./close_context.ts";
import { FirstWords } from "./first_words.ts";
import { SoundMeter } from "./meter.ts";
import { Recording } from "./recording.ts";
import { VoiceSpotter } from "./spotter.ts";

/** A recording that is done. */
export type RecordedFile = Awaited<ReturnType<Recording["stop"]>>;

/** What looks at the sound of both sides: a meter each, and a recording. */
export class SoundDesk {
  /** When the recording that runs began, in milliseconds since 1970. */
  readonly recordingSince = signal<number | undefined>(undefined);
  /** The loudness of each side; undefined where there is no sound to measure. */
  microphoneMeter: SoundMeter | undefined;
  agentMeter: SoundMeter | undefined;
  #context: AudioContext | undefined;
  #recording: Recording | undefined;
  #microphone: MediaStream | undefined;
  #voice: MediaStream | undefined;
  #spotter: VoiceSpotter | undefined;
  /** Each resolves when a worklet in the context has ended. */
  readonly #ends: Promise<void>[] = [];
  #unfollow: (() => void) | undefined;

  /** Told of voices in the microphone, once somebody wants to know. */
  #onVoice: ((speaking: boolean) => void) | undefined;

  /** Follows this microphone, from a press of a button on: earlier, browsers are silent. */
  open(microphone: Microphone): void {
    if (this.#context !== undefined) return;
    this.#context = new AudioContext();
    this.#unfollow = effect(() => {
      this.#microphone = microphone.stream.value;
      this.microphoneMeter?.close();
      this.microphoneMeter = this.#meter(this.#microphone);
      this.#spot();
      this.#recording?.setSource("microphone", this.#microphone);
    });
  }

  /** @param onVoice Told when a voice begins in the microphone, and when it has ended. */
  spotVoices(onVoice: (speaking: boolean) => void): void {
    this.#onVoice = onVoice;
    this.#spot();
  }

  /** The agent's voice comes from here now. */
  setVoice(stream: MediaStream): void {
    this.#voice = stream;
    this.agentMeter?.close();
    this.agentMeter = this.#meter(stream);
    this.#recording?.setSource("agent", stream);
  }

  /** Keeps what is said into a microphone; undefined where that can't be. */
  keepWords(microphone: MediaStream): Promise<FirstWords | undefined> {
    if (this.#context === undefined) return Promise.resolve(undefined);
    const words = FirstWords.keep(this.#context, microphone);
    this.#ends.push(words.then((words) => words?.ended, () => {}));
    return words;
  }

  /**
   * Begins to record both sides.
   *
   * @throws where the browser can't.
   */
  record(): void {
    if (this.#context === undefined || this.#recording !== undefined) return;
    const recording = new Recording(this.#context);
    recording.setSource("microphone", this.#microphone);
    recording.setSource("agent", this.#voice);
    recording.start();
    this.#recording = recording;
    this.recordingSince.value = Date.now();
  }

  /** Ends the recording; resolves with its file, or with nothing where none ran. */
  async stopRecording(): Promise<RecordedFile | undefined> {
    const recording = this.#recording;
    this.#recording = undefined;
    this.recordingSince.value = undefined;
    try {
      return await recording?.stop();
    } finally {
      recording?.close();
    }
  }

  /** Gives everything back; resolves with the file of a recording that ran. */
  async close(): Promise<RecordedFile | undefined> {
    const context = this.#context;
    const ends = this.#ends.splice(0);
    this.#context = undefined;
    this.#unfollow?.();
    this.#onVoice = undefined;
    this.#spot();
    this.microphoneMeter?.close();
    this.agentMeter?.close();
    this.microphoneMeter = undefined;
    this.agentMeter = undefined;
    this.#microphone = undefined;
    this.#voice = undefined;
    try {
      return await this.stopRecording();
    } finally {
      if (context !== undefined) await closeContext(context, ends);
    }
  }

  #spot(): void {
    this.#spotter?.close();
    this.#spotter = this.#context && this.#microphone && this.#onVoice &&
      new VoiceSpotter(this.#context, this.#microphone, this.#onVoice);
    if (this.#spotter !== undefined) this.#ends.push(this.#spotter.ended);
  }

  #meter(stream: MediaStream | undefined): SoundMeter | undefined {
    // A stream without sound can't be measured.
    return this.#context === undefined || !stream?.getAudioTracks().length
      ? undefined
      : new SoundMeter(this.#context, stream);
  }
}
