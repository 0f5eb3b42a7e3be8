import type {
  Ear,
  HeardEvent,
  HearingSettings,
} from "../../lib/local/audio/hearing.ts";
import type { SpokenSentence } from "../../lib/local/audio/speaking.ts";

/** An ear that hears what the test says it hears. */
export class FakeHearing {
  settings: HearingSettings[] = [];
  closed = 0;
  /** Milliseconds that a commit by hand finds; 0 for an empty buffer. */
  buffered = 0;
  /** What a commit by hand fails with. */
  failure: Error | undefined;
  #listener: ((event: HeardEvent) => void) | undefined;

  open(settings: HearingSettings, listener: (event: HeardEvent) => void): Ear {
    this.settings.push(settings);
    this.#listener = listener;
    return {
      configure: (settings) => void this.settings.push(settings),
      opus: () => {},
      pcm: (samples) => void (this.buffered += samples.length / 24),
      commit: () =>
        this.failure === undefined
          ? Promise.resolve(this.buffered)
          : Promise.reject(this.failure),
      clear: () => void (this.buffered = 0),
      close: () => void this.closed++,
    };
  }

  event(event: HeardEvent): void {
    this.#listener?.(event);
  }

  /** A whole utterance, recognised at once. */
  utterance(text: string, { atMs = 1000, durationMs = 1500 } = {}): void {
    this.event({ type: "speech_started", atMs });
    this.event({ type: "speech_stopped", atMs: atMs + durationMs, durationMs });
    this.event({ type: "heard", text });
  }
}

/** A voice that needs no synthesis: each sentence is `packets` empty packets. */
export function fakeSpeaking(packets = 10) {
  return {
    async *speak(
      text: string,
      { format, signal }: { format: "opus" | "pcm"; signal?: AbortSignal },
    ): AsyncGenerator<SpokenSentence> {
      for (const sentence of text.split(/(?<=[.?!]) /)) {
        await Promise.resolve();
        if (signal?.aborted) return;
        yield {
          text: sentence,
          durationMs: packets * 20,
          packets: format === "opus"
            ? Array.from({ length: packets }, () => new Uint8Array(1))
            : [],
          pcm: format === "pcm" ? new Int16Array(packets * 480) : null,
        };
      }
    },
  };
}
