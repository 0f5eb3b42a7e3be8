import { type Clock, systemClock, type Timer } from "../clock.ts";
import type { SpokenSentence } from "./audio/speaking.ts";
import type { AudioOutput, Cut, Utterance } from "./output.ts";

/** One Opus packet is 20 ms of sound. */
export const PACKET_MS = 20;

/**
 * How much sound is made ahead of what is heard. Enough to bridge the making of
 * the next sentence, little enough that an interruption wastes next to nothing.
 */
const LEAD_MS = 1500;

/** A clock this far behind (a suspended machine) starts anew instead of rushing. */
const MAX_CATCH_UP_MS = 200;

interface Queued {
  utterance: Utterance;
  packets: Uint8Array[];
  sent: number;
  finished: boolean;
}

export interface PlaybackSink {
  /** One packet of sound; `first` after a silence. */
  packet(packet: Uint8Array, first: boolean): void;
  started(utterance: Utterance): void;
  stopped(utterance: Utterance): void;
}

/**
 * The output audio buffer of a call: sends what is queued as 20 ms packets on a
 * steady clock, and knows at each moment what has been heard.
 */
export class Playback implements AudioOutput {
  readonly format = "opus";
  #sink: PlaybackSink;
  #clock: Clock;
  #queue: Queued[] = [];
  #timer: Timer | undefined;
  /** When the next packet is due; undefined while nothing plays. */
  #due: number | undefined;
  #waiting = new Set<() => void>();

  constructor(sink: PlaybackSink, clock: Clock = systemClock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  play(utterance: Utterance, sentence: SpokenSentence): void {
    let queued = this.#queue.find((entry) =>
      entry.utterance.itemId === utterance.itemId
    );
    if (queued === undefined) {
      queued = { utterance, packets: [], sent: 0, finished: false };
      this.#queue.push(queued);
    }
    for (const packet of sentence.packets) queued.packets.push(packet);
    if (this.#due === undefined) this.#tick();
  }

  async room(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#leadMs() > LEAD_MS) {
      await this.#progress(signal);
    }
  }

  finish(utterance: Utterance): void {
    const queued = this.#queue.find((entry) =>
      entry.utterance.itemId === utterance.itemId
    );
    if (queued === undefined) return;
    queued.finished = true;
    if (this.#due === undefined) this.#tick();
  }

  clear(): Cut[] {
    const cuts = this.#queue.map(({ utterance, sent }) => ({
      utterance,
      playedMs: sent * PACKET_MS,
    }));
    this.#queue = [];
    this.#rest();
    this.#wake();
    return cuts;
  }

  close(): void {
    this.clear();
  }

  #leadMs(): number {
    return this.#queue.reduce(
      (sum, entry) => sum + (entry.packets.length - entry.sent) * PACKET_MS,
      0,
    );
  }

  /** Resolves when a packet has been sent, the queue cleared or `signal` fired. */
  #progress(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }

  #rest(): void {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
    this.#due = undefined;
  }

  #tick(): void {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
    const now = this.#clock.now();
    const wasSilent = this.#due === undefined;
    if (this.#due === undefined || now - this.#due > MAX_CATCH_UP_MS) {
      this.#due = now;
    }
    let first = wasSilent;
    while (this.#due <= now) {
      const entry = this.#dropPlayed();
      const packet = entry?.packets[entry.sent];
      if (entry === undefined || packet === undefined) {
        // Run dry, or done: the next sentence starts the clock again.
        this.#rest();
        this.#wake();
        return;
      }
      if (entry.sent === 0) this.#sink.started(entry.utterance);
      entry.sent++;
      this.#sink.packet(packet, first);
      first = false;
      this.#due += PACKET_MS;
    }
    this.#wake();
    this.#timer = this.#clock.after(this.#due - now, () => this.#tick());
  }

  /** Takes finished utterances off the front; returns what plays now. */
  #dropPlayed(): Queued | undefined {
    let entry = this.#queue[0];
    while (
      entry !== undefined && entry.finished &&
      entry.sent === entry.packets.length
    ) {
      this.#queue.shift();
      if (entry.sent > 0) this.#sink.stopped(entry.utterance);
      entry = this.#queue[0];
    }
    return entry;
  }
}
