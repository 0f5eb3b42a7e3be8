import type { SpokenSentence } from "./speaking.ts";

/** What the speaking worker is told. `speech` numbers the texts; sentences are asked for one by one. */
export type SpeakingRequest =
  | {
    type: "speak";
    speech: number;
    text: string;
    voice: string;
    speed: number;
    format: "opus" | "pcm";
  }
  | { type: "next"; speech: number }
  | { type: "stop"; speech: number };

/** What it tells. */
export type SpeakingReply =
  | { type: "sentence"; speech: number; sentence: SpokenSentence }
  /** There are no more sentences. */
  | { type: "end"; speech: number }
  /** The sentence could not be made; the speech is over. */
  | { type: "failed"; speech: number; message: string };
