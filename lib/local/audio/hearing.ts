import type { HearingReply, HearingRequest } from "./hearing_messages.ts";
import { OpenEar } from "./open_ear.ts";
import { WorkerHost } from "./worker_host.ts";

/** What to listen for in a stream. */
export interface HearingSettings {
  /** Phrases that can be recognised; "{slot}" stands for one of slots[slot]. */
  phrases: string[];
  slots: Record<string, string[]>;
  /**
   * When speech begins and ends; threshold is from 0 to 1. Null: no voice detection, utterances end by commit()
   * (push to talk).
   */
  detection:
    | { threshold: number; prefixPaddingMs: number; silenceMs: number }
    | null;
}

/** Positions are in ms of the stream's sound since its first frame. */
export type HeardEvent =
  /** `atMs`: where the utterance begins, prefix padding included. Comes within about 120 ms of the onset. */
  | { type: "speech_started"; atMs: number }
  /** `atMs`: where the utterance ends, the silence that showed it included; `durationMs`: its length. */
  | { type: "speech_stopped"; atMs: number; durationMs: number }
  /** Follows each speech_stopped and commit. The phrase as declared, its slots filled in; "" if it was none of them. */
  | { type: "heard"; text: string };

/** Hears one stream. Its events come in order; after close() there are none. */
export interface Ear {
  /** An utterance under way is finished first, unless voice detection is turned on or off, which drops it. */
  configure(settings: HearingSettings): void;
  /** One Opus packet as it came by RTP. `missing`: packets lost just before it, which are concealed. */
  opus(packet: Uint8Array, missing?: number): void;
  /** PCM16 mono 24 kHz. */
  pcm(samples: Int16Array): void;
  /**
   * Ends the utterance by hand; resolves with its length in ms, and a "heard" event follows. 0 if there is nothing to
   * end, or less than 100 ms of sound without voice detection; then there is no event.
   *
   * @throws {Error} if hearing failed or was closed meanwhile
   */
  commit(): Promise<number>;
  /** Forgets the utterance under way. */
  clear(): void;
  close(): void;
}

/**
 * The ears: voice detection and recognition of phrases in a worker that all streams share.
 *
 * It is started by the first load() or open(). Should it fail, `onError` is told, another one takes over, and an
 * utterance under way ends as not understood. If it cannot even start, the open ears stay deaf.
 */
export class Hearing {
  #host: WorkerHost<HearingRequest, HearingReply>;
  #ears = new Map<number, OpenEar>();
  #next = 0;
  #onError: (error: Error) => void;

  constructor(
    { onError = (error) => console.error(error.message), start = startWorker }:
      {
        onError?: (error: Error) => void;
        /** Another worker, for tests. */
        start?: () => Worker;
      } = {},
  ) {
    this.#onError = onError;
    this.#host = new WorkerHost({
      name: "hearing worker",
      start,
      onReply: (reply) => this.#reply(reply),
      onFailure: (error, wasReady) => {
        this.#onError(error);
        // A worker that cannot even start would fail again for ever.
        for (const ear of [...this.#ears.values()]) ear.failed(error, wasReady);
      },
    });
  }

  /**
   * Begins to load the models, about 350 ms in the background, and resolves when they are there.
   *
   * @throws {Error} if they cannot be loaded
   */
  load(): Promise<void> {
    return this.#host.load();
  }

  /** Begins to hear a stream. Sound that comes before the models are loaded is heard later. */
  open(settings: HearingSettings, onEvent: (event: HeardEvent) => void): Ear {
    const id = this.#next++;
    const post = (request: HearingRequest, transfer?: Transferable[]) =>
      this.#host.post(request, transfer);
    const ear = new OpenEar(
      id,
      settings,
      onEvent,
      post,
      () => this.#ears.delete(id),
    );
    this.#ears.set(id, ear);
    return ear;
  }

  /** Ends the worker and with it every Ear. */
  close(): void {
    this.#host.close();
    for (const ear of this.#ears.values()) {
      ear.end(new Error("Hearing was closed"));
    }
    this.#ears.clear();
  }

  #reply(reply: HearingReply): void {
    if (reply.type === "problem") this.#onError(new Error(reply.message));
    else this.#ears.get(reply.ear)?.reply(reply);
  }
}

function startWorker(): Worker {
  return new Worker(new URL("./hearing_worker.ts", import.meta.url), {
    type: "module",
    name: "hearing",
  });
}
