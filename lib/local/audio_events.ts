import type { UnsentServerEvent } from "../realtime/events.ts";
import type { SpokenSentence } from "./audio/speaking.ts";
import type { AudioOutput, Cut, Utterance } from "./output.ts";

/** PCM16 mono at 24 kHz: 200 ms of it make an event of about 13 KB. */
const SAMPLES_PER_EVENT = 4800;

/**
 * The voice on a plain WebSocket: sound travels in `response.output_audio.delta`
 * events as fast as it is made; the client plays it and truncates by itself.
 */
export class AudioEvents implements AudioOutput {
  readonly format = "pcm";
  #emit: (event: UnsentServerEvent) => void;

  constructor(emit: (event: UnsentServerEvent) => void) {
    this.#emit = emit;
  }

  play(utterance: Utterance, sentence: SpokenSentence): void {
    const pcm = sentence.pcm ?? new Int16Array();
    for (let at = 0; at < pcm.length; at += SAMPLES_PER_EVENT) {
      const samples = pcm.slice(at, at + SAMPLES_PER_EVENT);
      this.#emit({
        type: "response.output_audio.delta",
        response_id: utterance.responseId,
        item_id: utterance.itemId,
        output_index: utterance.outputIndex,
        content_index: 0,
        delta: new Uint8Array(samples.buffer).toBase64(),
      });
    }
  }

  room(): Promise<void> {
    return Promise.resolve();
  }

  finish(): void {}

  clear(): Cut[] {
    return [];
  }

  close(): void {}
}
