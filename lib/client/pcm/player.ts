import type { Speaker } from "../speaker.ts";
import { PCM_RATE } from "./format.ts";
import { type Cut, type Piece, Playout } from "./playout.ts";

/** How long what is cut takes to fade, in seconds: a bare cut is heard as a click. */
const FADE_SECONDS = 0.02;

/**
 * Pieces begin by this part of a sample early: where division puts a moment behind
 * its sample, however little, Chromium plays the piece's last sample twice, into
 * the next piece.
 */
const HAIR = 1e-5;

/** Told when an item's sound begins, and ends, to be heard. */
export interface PlayerListener {
  onStarted(itemId: string): void;
  /** At its end, or because it was cut. */
  onStopped(itemId: string): void;
}

/** The part of the page's speaker that a player uses. */
export type PlayerSpeaker = Pick<Speaker, "play" | "stop">;

/**
 * Plays what the model says, as it comes: PCM16 mono at 24 kHz, often much faster
 * than it is spoken. It needs no timer, which a hidden page has only one of a
 * second: the audio thread itself says when it is time.
 */
export class PcmPlayer {
  readonly #context: AudioContext;
  readonly #speaker: PlayerSpeaker;
  readonly #listener: PlayerListener;
  readonly #playout = new Playout();
  /** A stream, so that echo cancellation, volume and speaker are the element's. */
  readonly #output: MediaStreamAudioDestinationNode;
  #voice: GainNode;
  /** What the audio thread has, and has not played to its end. */
  readonly #sources = new Set<AudioBufferSourceNode>();
  /** Plays nothing, and ends when something is due. */
  #alarm: ConstantSourceNode | undefined;
  /** The item that is being heard. */
  #heard: string | undefined;
  #closed = false;

  /**
   * @param context At 24 kHz, so that no sound need be resampled piece by piece.
   * @param speaker What the sound is heard through.
   */
  constructor(
    context: AudioContext,
    speaker: PlayerSpeaker,
    listener: PlayerListener,
  ) {
    this.#context = context;
    this.#speaker = speaker;
    this.#listener = listener;
    this.#output = context.createMediaStreamDestination();
    this.#output.channelCount = 1;
    this.#voice = this.#newVoice();
    speaker.play(this.#output.stream);
  }

  /**
   * Plays this after all that was given before. Sound of an item that was cleared,
   * and sound more than ten minutes ahead, is dropped.
   */
  play(itemId: string, contentIndex: number, pcm: Int16Array): void {
    this.#playout.add(itemId, contentIndex, pcm);
    this.#update();
  }

  /**
   * All sound of an item has been given (`response.output_audio.done`). Until this,
   * or until another item's sound comes, an item that runs out is not at its end.
   */
  finish(itemId: string): void {
    this.#playout.finish(itemId);
    this.#update();
  }

  /**
   * Stops at once. Returns what was not heard to its end, for
   * `conversation.item.truncate`: the item being heard, then those behind it.
   */
  clear(): Cut[] {
    this.#advance();
    const cuts = this.#playout.cut(this.#heardSamples());
    const { currentTime } = this.#context;
    const end = currentTime + FADE_SECONDS;
    this.#voice.gain.setValueAtTime(1, currentTime);
    this.#voice.gain.linearRampToValueAtTime(0, end);
    for (const source of this.#sources) source.stop(end);
    this.#voice = this.#newVoice();
    if (this.#heard !== undefined) this.#stopped(this.#heard);
    return cuts;
  }

  /** What is heard, for meters and recordings. */
  get stream(): MediaStream {
    return this.#output.stream;
  }

  /** Stops, and calls nobody back any more. The context stays open. */
  close(): void {
    this.#closed = true;
    this.#heard = undefined;
    for (const source of this.#sources) source.stop();
    this.#alarm?.stop();
    this.#output.disconnect();
    for (const track of this.#output.stream.getTracks()) track.stop();
    this.#speaker.stop(this.#output.stream);
  }

  /** Does what is due, and sees to it that it is called when more is. */
  #update(): void {
    if (this.#closed) return;
    const now = this.#context.currentTime * PCM_RATE;
    for (let piece; (piece = this.#playout.next(now));) this.#schedule(piece);
    this.#advance();
    // Who was told of a change may have closed this.
    if (this.#closed) return;
    const due = this.#playout.due(this.#latency() * PCM_RATE);
    if (due !== undefined) this.#wakeAt(due / PCM_RATE);
  }

  /** Tells of what has changed, one by one: who is told may clear or close. */
  #advance(): void {
    while (!this.#closed) {
      const change = this.#playout.advance(this.#heardSamples());
      if (change === undefined) return;
      if (change.type === "started") this.#started(change.itemId);
      else this.#stopped(change.itemId);
    }
  }

  #schedule({ pcm, at }: Piece): void {
    const buffer = this.#context.createBuffer(1, pcm.length, PCM_RATE);
    const channel = buffer.getChannelData(0);
    for (let i = 0; i < pcm.length; i++) channel[i] = pcm[i]! / 32_768;
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#voice);
    source.addEventListener("ended", () => this.#sources.delete(source));
    source.start((at - HAIR) / PCM_RATE);
    this.#sources.add(source);
  }

  #wakeAt(time: number): void {
    if (this.#alarm === undefined) {
      const alarm = this.#context.createConstantSource();
      alarm.offset.value = 0;
      // What leads nowhere is not run.
      alarm.connect(this.#output);
      alarm.addEventListener("ended", () => {
        this.#alarm = undefined;
        alarm.disconnect();
        this.#update();
      });
      alarm.start();
      this.#alarm = alarm;
    }
    // Of several stops the last one counts.
    this.#alarm.stop(Math.max(0, time));
  }

  #started(itemId: string): void {
    this.#heard = itemId;
    this.#listener.onStarted(itemId);
  }

  #stopped(itemId: string): void {
    this.#heard = undefined;
    this.#listener.onStopped(itemId);
  }

  /** The moment that reaches the ear now, in samples; whole, or fractions of one would make it early. */
  #heardSamples(): number {
    return Math.round(
      (this.#context.currentTime - this.#latency()) * PCM_RATE,
    );
  }

  /** Seconds from here to the ear; some browsers don't say. */
  #latency(): number {
    return this.#context.outputLatency || 0;
  }

  #newVoice(): GainNode {
    const voice = this.#context.createGain();
    voice.connect(this.#output);
    return voice;
  }
}
