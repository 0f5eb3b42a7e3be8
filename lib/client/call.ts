import type { RealtimeServerEvent } from "../realtime/events.ts";
import type { BrowserFrame, ServerFrame } from "../session/envelope.ts";

export type ReadyFrame = Extract<ServerFrame, { type: "ready" }>;

/** What a call is made with. */
export interface CallParts {
  ready: ReadyFrame;
  /** What the model hears; undefined where the person types. */
  microphone: MediaStream | undefined;
  /** Plays what the model says. */
  audio: HTMLAudioElement;
  /** Sends a frame, or PCM16 audio, to Parley. */
  send: (frame: BrowserFrame | Int16Array<ArrayBuffer>) => void;
  /** Takes an event of the model that this call has got by itself. */
  onEvent: (event: RealtimeServerEvent) => void;
  /** Called with a sentence when the running call breaks off. */
  lost: (reason: string) => void;
}

/** One way to the model, whichever the server has chosen. */
export interface Call {
  /**
   * Makes the call; resolves when both sides can be heard.
   *
   * @throws {Problem} where it can't be made.
   */
  connect(): Promise<void>;
  /** Takes the server's frames that belong to the call. */
  receive(frame: ServerFrame): void;
  /** Falls silent at once, where the browser itself holds the playback. */
  silence?(): void;
  close(): void;
}
