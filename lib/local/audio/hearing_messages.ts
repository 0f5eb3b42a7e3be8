import type { HeardEvent, HearingSettings } from "./hearing.ts";

/** What the hearing worker is told. `ear` numbers the streams. */
export type HearingRequest =
  | { type: "open"; ear: number; settings: HearingSettings; fromMs: number }
  | { type: "configure"; ear: number; settings: HearingSettings }
  | { type: "opus"; ear: number; packet: Uint8Array; missing: number }
  | { type: "pcm"; ear: number; samples: Int16Array }
  | { type: "commit"; ear: number; commit: number }
  | { type: "clear"; ear: number }
  | { type: "close"; ear: number };

/** What it tells. */
export type HearingReply =
  | { type: "event"; ear: number; event: HeardEvent }
  | { type: "committed"; ear: number; commit: number; durationMs: number }
  /** Something went wrong that costs one utterance at most. */
  | { type: "problem"; message: string };
