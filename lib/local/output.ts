import type { SpokenSentence } from "./audio/speaking.ts";

/** Which part of the conversation a stretch of sound belongs to. */
export interface Utterance {
  responseId: string;
  itemId: string;
  outputIndex: number;
}

/** An utterance that was cut short, and how much of it was heard. */
export interface Cut {
  utterance: Utterance;
  playedMs: number;
}

/** Where a response's voice goes: into a call's playback, or into events. */
export interface AudioOutput {
  /** What the sentences have to be made of. */
  readonly format: "opus" | "pcm";
  /** Takes a sentence, to be heard after what it already has. */
  play(utterance: Utterance, sentence: SpokenSentence): void;
  /**
   * Resolves when another sentence is wanted (or `signal` fired), so that little
   * is made that an interruption would throw away.
   */
  room(signal: AbortSignal): Promise<void>;
  /** Nothing more comes for this utterance. */
  finish(utterance: Utterance): void;
  /** Falls silent at once; returns what was cut, what was playing first. */
  clear(): Cut[];
  close(): void;
}
