import { effect, signal } from "@preact/signals";
import { systemClock, type Timer } from "../clock.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import type { BrowserFrame, ServerFrame } from "../session/envelope.ts";
import type { Call, CallDetails, CallParts } from "./call.ts";
import type { Stage } from "./developer/measures.ts";
import type { Microphone } from "./microphone.ts";
import { type Preparation, sessionUrl } from "./preparation.ts";
import { MicrophoneFeed } from "./microphone_feed.ts";
import { Problem } from "./problems.ts";
import { RelayCall } from "./relay_call.ts";
import { ServerCall } from "./server_call.ts";
import { SessionLine } from "./session_line.ts";
import { SocketCall } from "./socket_call.ts";
import type { FirstWords } from "./sound/first_words.ts";
import type { Speaker } from "./speaker.ts";

/** A call that breaks off may do so because of what the server is about to say, in ms. */
const LAST_WORD_MS = 500;

/** How the audio travels. */
export type Transport = "webrtc" | "socket";

/** What a connection is made with, and whom it tells. */
export interface ConnectionParts {
  microphone: Microphone;
  speaker: Speaker;
  /** Opens the microphone; what stops it is no error here. */
  openMicrophone: () => Promise<void>;
  /** Keeps what is said before the call stands; undefined where that can't be. */
  keepWords: (microphone: MediaStream) => Promise<FirstWords | undefined>;
  /** Told of what the server sends, the call's own frames aside. */
  onFrame: (frame: ServerFrame) => void;
  onEvent: (event: RealtimeServerEvent) => void;
  onSent: (
    wire: "model" | "session",
    message: BrowserFrame | RealtimeClientEvent,
  ) => void;
  onStage: (stage: Stage) => void;
  onVoice: (stream: MediaStream) => void;
  /** It broke off for good, after it had stood. */
  onLost: (problem: Problem) => void;
}

/**
 * What a conversation hangs on: the line to the server and the call to the model.
 * A call that breaks off is followed by a new one. Nobody is told of anything once
 * it is closed.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #line: SessionLine;
  readonly #feed: MicrophoneFeed;
  /** Whether the call has broken off and the next one does not stand yet. */
  readonly broken = signal(false);
  /** The call in use. */
  #call: Call | undefined;
  /** The newest: the one in use, or the one that is to take its place. */
  #newest: Call | undefined;
  /** Frames for a call that is not there yet. */
  #early: ServerFrame[] = [];
  /** As long as no call has taken it over. */
  #prepared: Preparation | undefined;
  #unfollow: (() => void) | undefined;
  #lastWord: Timer | undefined;
  #closed = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    const { keepWords, microphone: { stream } } = parts;
    this.#feed = new MicrophoneFeed({ microphone: stream, keepWords });
    this.#line = new SessionLine(sessionUrl(), {
      onFrame: (frame) => this.#frame(frame),
      onLost: (problem) => this.#lost(problem),
      onSent: (frame) => {
        // What is only passed on has been told of where it came from.
        if (frame.type !== "event") parts.onSent("session", frame);
      },
    });
  }

  /** Seconds until the next try to reach the server again; undefined while it is there. */
  get retryIn(): SessionLine["retryIn"] {
    return this.#line.retryIn;
  }

  /**
   * Resolves when both sides can be heard, or when it has been closed.
   *
   * @param prepared Is used as far as it fits, and given back.
   * @throws {Problem}
   */
  async open(
    start: Extract<BrowserFrame, { type: "start" }>,
    prepared: Preparation,
  ): Promise<void> {
    const { openMicrophone, onStage } = this.#parts;
    const socket = prepared.connect();
    const { peer } = this.#prepared = prepared;
    const { stream } = this.#feed;
    const { granted, offer } = prepared.known ?? await prepared.opening;
    if (this.#closed) return;
    // First of all: what comes next takes time, and the server's goes on meanwhile.
    const opened = this.#line.open({ ...start, offer }, socket);
    // The browser is slow to do both at once, and the server can begin meanwhile.
    if (granted) await untilSent(socket);
    // Whoever has ended meanwhile must not find the microphone open.
    if (this.#closed) return void opened.catch(() => {});
    const heard = this.#reach("microphone", openMicrophone());
    const [ready] = await Promise.all([
      this.#reach("server", opened),
      granted ? undefined : heard,
    ]);
    if (this.#closed) return;
    let given = stream.peek();
    const call = this.#newCall(ready, {
      microphone: given,
      prepared: peer,
      offered: offer !== undefined,
      onAnswered: () => onStage("call"),
    });
    this.#prepared = undefined;
    this.#unfollow = effect(() => {
      const now = stream.value;
      if (now !== given) void this.#newest?.setMicrophone(now);
      given = now;
    });
    for (const frame of this.#early.splice(0)) call.receive(frame);
    await this.#reach("channel", call.connect());
    if (this.#closed) return;
    this.#call = call;
    this.#feed.stands();
  }

  send(frame: BrowserFrame): void {
    this.#line.send(frame);
  }

  /** Falls silent at once, where the browser itself holds the playback. */
  silence(): void {
    this.#call?.silence?.();
  }

  /** How the network is doing, where that can be known. */
  stats(): Promise<RTCStatsReport> | undefined {
    return this.#call?.stats?.();
  }

  close(): void {
    this.#closed = true;
    systemClock.clear(this.#lastWord);
    this.#unfollow?.();
    this.#feed.close();
    this.#call?.close();
    if (this.#newest !== this.#call) this.#newest?.close();
    this.#line.close();
    this.#prepared?.close();
  }

  async #reach<Result>(stage: Stage, doing: Promise<Result>): Promise<Result> {
    const result = await doing;
    if (!this.#closed) this.#parts.onStage(stage);
    return result;
  }

  /** A call that is the newest from here on; the one before says no more. */
  #newCall(
    details: CallDetails,
    { microphone, prepared, offered, onAnswered = () => {} }:
      & Pick<CallParts, "microphone" | "prepared" | "offered">
      & Partial<Pick<CallParts, "onAnswered">>,
  ): Call {
    const { speaker, onEvent, onSent, onVoice } = this.#parts;
    const isNewest = () => call === this.#newest && !this.#closed;
    const parts = {
      details,
      microphone,
      prepared,
      offered,
      speaker,
      send: (message: BrowserFrame | Int16Array<ArrayBuffer>) => {
        if (isNewest()) this.#line.send(message);
      },
      onEvent: (event: RealtimeServerEvent) => {
        if (isNewest()) onEvent(event);
      },
      onSent: (event: RealtimeClientEvent) => onSent("model", event),
      onAnswered: () => {
        if (isNewest()) onAnswered();
      },
      onVoice: (stream: MediaStream) => {
        if (isNewest()) onVoice(stream);
      },
      lost: () => {
        if (isNewest() && call === this.#call) this.#broke();
      },
    };
    const call: Call = details.transport === "socket"
      ? new SocketCall(parts)
      : details.handshake === "server"
      ? new ServerCall(parts)
      : new RelayCall(parts);
    this.#newest = call;
    return call;
  }

  /** The call in use has broken off; the server may be about to say why. */
  #broke(): void {
    this.broken.value = true;
    systemClock.clear(this.#lastWord);
    this.#lastWord = systemClock.after(
      LAST_WORD_MS,
      () => this.#line.send({ type: "new_call", transport: "webrtc" }),
    );
  }

  /** Makes the call that the server wants; it takes the other's place when it stands. */
  async #renew(details: CallDetails): Promise<void> {
    systemClock.clear(this.#lastWord);
    if (this.#newest !== this.#call) this.#newest?.close();
    const call = this.#newCall(details, {
      microphone: this.#feed.stream.peek(),
    });
    try {
      await call.connect();
    } catch (error) {
      if (this.#closed || call !== this.#newest) return;
      const problem = error instanceof Problem
        ? error
        : new Problem("unexpected", String(error));
      if (!problem.blocked || details.transport === "socket") {
        return this.#lost(problem);
      }
      this.#line.send({ type: "new_call", transport: "socket" });
      return;
    }
    if (this.#closed || call !== this.#newest) return call.close();
    this.#call?.close();
    this.#call = call;
    this.broken.value = false;
  }

  #frame(frame: ServerFrame): void {
    if (this.#closed) return;
    switch (frame.type) {
      case "answer":
      case "event":
      case "send":
        if (this.#newest === undefined) this.#early.push(frame);
        else this.#newest.receive(frame);
        break;
      case "new_call":
        void this.#renew(frame);
    }
    // Events are told of by the call, which knows which of them count.
    if (frame.type !== "event" && frame.type !== "send") {
      this.#parts.onFrame(frame);
    }
  }

  #lost(problem: Problem): void {
    if (!this.#closed) this.#parts.onLost(problem);
  }
}

/** Resolves when what waits for the WebSocket to open has been sent, or can't be. */
function untilSent(socket: WebSocket): Promise<unknown> | undefined {
  if (socket.readyState !== WebSocket.CONNECTING) return;
  return new Promise((resolve) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("close", resolve);
  });
}
