import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import type { BrowserFrame, ServerFrame } from "../session/envelope.ts";
import type { OfferingPeer } from "./offering_peer.ts";
import type { ReadyFrame } from "./session_line.ts";
import type { Speaker } from "./speaker.ts";

/** How the server wants a call to be made. */
export type CallDetails = Pick<
  ReadyFrame,
  "handshake" | "transport" | "clientSecret" | "callsUrl" | "model"
>;

/** What a call is made with. */
export interface CallParts {
  details: CallDetails;
  /** What the model hears; undefined where the person types, or may do so yet. */
  microphone: MediaStream | undefined;
  /** An offer that was made before; the call's own from here on. */
  prepared?: OfferingPeer;
  /** Whether the server has that offer already. */
  offered?: boolean;
  /** Plays what the model says. */
  speaker: Speaker;
  /** Sends a frame, or PCM16 audio, to Parley. */
  send: (frame: BrowserFrame | Int16Array<ArrayBuffer>) => void;
  /** Takes an event of the model that this call has got by itself. */
  onEvent: (event: RealtimeServerEvent) => void;
  /** Told of an event that goes to the model from the browser itself. */
  onSent: (event: RealtimeClientEvent) => void;
  /** The call has been answered; what is left is that sound flows. */
  onAnswered: () => void;
  /** Takes the agent's voice as it is heard. */
  onVoice: (stream: MediaStream) => void;
  /** Called when the running call breaks off. */
  lost: () => void;
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
  /** Has the model hear another microphone, or none. */
  setMicrophone(stream: MediaStream | undefined): Promise<void>;
  /** Falls silent at once, where the browser itself holds the playback. */
  silence?(): void;
  /** How the network is doing, where the call is a peer connection. */
  stats?(): Promise<RTCStatsReport>;
  close(): void;
}
