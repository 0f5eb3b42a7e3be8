import type { SpeakingReply, SpeakingRequest } from "./speaking_messages.ts";
import { WorkerHost } from "./worker_host.ts";

/** A sentence as sound, or the rest of one. */
export interface SpokenSentence {
  /**
   * As it was written; empty for the rest of the sentence before. The sentences of a text joined by spaces give the
   * text.
   */
  text: string;
  /** Length of the sound in ms. */
  durationMs: number;
  /** 20 ms Opus packets (48 kHz on the wire) when the format is "opus". */
  packets: Uint8Array[];
  /** PCM16 mono 24 kHz when the format is "pcm". */
  pcm: Int16Array | null;
}

/** How to speak. */
export interface SpeakOptions {
  /** One of OpenAI's voice names. */
  voice: string;
  /** 1 is the voice's own. */
  speed: number;
  format: "opus" | "pcm";
  signal?: AbortSignal;
}

/**
 * Each sentence leaves an instance of the synthesiser behind, several megabytes
 * that the engine is slow to collect; all of it goes when its worker ends.
 */
const SENTENCES_PER_WORKER = 25;

/**
 * The mouth: speech synthesis in a worker that all speakers share. It is started by the first load() or speak(), and
 * again after it failed.
 */
export class Speaking {
  #host: WorkerHost<SpeakingRequest, SpeakingReply>;
  /** Who waits for the next sentence of which speech. */
  #waiting = new Map<number, PromiseWithResolvers<SpeakingReply>>();
  #next = 0;
  /** How many speeches are going on. */
  #active = 0;
  /** Sentences that this worker has made. */
  #made = 0;

  constructor(
    { onError = (error) => console.error(error.message), start = startWorker }:
      {
        onError?: (error: Error) => void;
        /** Another worker, for tests. */
        start?: () => Worker;
      } = {},
  ) {
    this.#host = new WorkerHost({
      name: "speaking worker",
      start,
      onReply: (reply) => {
        this.#waiting.get(reply.speech)?.resolve(reply);
        this.#waiting.delete(reply.speech);
      },
      onFailure: (error) => {
        this.#rejectAll(error);
        onError(error);
      },
    });
  }

  /**
   * Begins to load the synthesiser, about half a second in the background, and resolves when it is there.
   *
   * @throws {Error} if it cannot be loaded
   */
  load(): Promise<void> {
    return this.#host.load();
  }

  /**
   * Speaks a text, sentence by sentence. Each is yielded as soon as it is made, and while its taker is busy with it the
   * next one is made, but none beyond. An abort ends it after the sentence at hand, without an error.
   *
   * @throws {Error} if the synthesiser fails, or is closed meanwhile
   */
  async *speak(
    text: string,
    { voice, speed, format, signal }: SpeakOptions,
  ): AsyncGenerator<SpokenSentence> {
    if (signal?.aborted) return;
    const speech = this.#next++;
    const aborted = Promise.withResolvers<undefined>();
    const abort = () => aborted.resolve(undefined);
    let over = false;
    signal?.addEventListener("abort", abort);
    this.#active++;
    try {
      this.#host.post({ type: "speak", speech, text, voice, speed, format });
      let next = this.#ask(speech);
      while (true) {
        const reply = await Promise.race([next, aborted.promise]);
        over = reply !== undefined && reply.type !== "sentence";
        if (reply?.type === "failed") throw new Error(reply.message);
        if (reply?.type !== "sentence" || signal?.aborted) return;
        next = this.#ask(speech);
        if (reply.sentence.text !== "") this.#made++;
        yield reply.sentence;
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#waiting.delete(speech);
      // A worker that is gone has forgotten the speech already.
      if (!over && this.#host.running) {
        this.#host.post({ type: "stop", speech });
      }
      this.#active--;
      this.#renew();
    }
  }

  /** Ends the worker and with it everything that is being spoken. */
  close(): void {
    this.#host.close();
    this.#rejectAll(new Error("Speaking was closed"));
  }

  /** Takes a new worker in a pause, once the old one has made its share. */
  #renew(): void {
    if (
      this.#active > 0 || this.#made < SENTENCES_PER_WORKER ||
      !this.#host.running
    ) return;
    this.#made = 0;
    this.#host.close();
    // Whoever speaks meanwhile waits for it; nobody has to.
    this.#host.load().catch(() => {});
  }

  #ask(speech: number): Promise<SpeakingReply> {
    const waiting = Promise.withResolvers<SpeakingReply>();
    // Its taker may be gone before it comes.
    waiting.promise.catch(() => {});
    this.#waiting.set(speech, waiting);
    this.#host.post({ type: "next", speech });
    return waiting.promise;
  }

  #rejectAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

function startWorker(): Worker {
  return new Worker(new URL("./speaking_worker.ts", import.meta.url), {
    type: "module",
    name: "speaking",
  });
}
