import { batch, signal } from "@preact/signals";
import type { RealtimeServerEvent } from "../realtime/events.ts";
import {
  EMPTY_TRANSCRIPT,
  reportGuardrail,
  reportHandoff,
  reportTool,
  transcribe,
} from "../realtime/transcript.ts";
import type { ServerFrame } from "../session/envelope.ts";
import type { Call, CallParts, ReadyFrame } from "./call.ts";
import { microphoneProblem, Problem, SERVER_GONE } from "./problems.ts";
import { RelayCall } from "./relay_call.ts";
import { ServerCall } from "./server_call.ts";
import { SessionSocket } from "./session_socket.ts";
import { SocketCall } from "./socket_call.ts";

/** Where a conversation stands, apart from who is at it. */
export type Phase = "idle" | "connecting" | "running" | "ended" | "failed";

/** How the audio travels. */
export type Transport = "webrtc" | "socket";

/**
 * One conversation as the page holds it: its state as signals, and what the
 * person can do. Browser objects are made when it starts, so that a page can be
 * rendered on the server with it.
 */
export class Conversation {
  readonly phase = signal<Phase>("idle");
  readonly transcript = signal(EMPTY_TRANSCRIPT);
  /** A sentence about what went wrong or is missing; empty if nothing is. */
  readonly problem = signal("");
  readonly muted = signal(false);
  readonly hasMicrophone = signal(false);
  /** Who the person is talking to; a handoff changes it. */
  readonly speaker: ReturnType<typeof signal<string>>;

  readonly #agent: string;
  readonly #title: string;
  #microphone: MediaStream | undefined;
  #socket: SessionSocket | undefined;
  #call: Call | undefined;
  /** Frames for a call that is not there yet. */
  #early: ServerFrame[] = [];
  /** Changes with every start and end: what comes late is told apart by it. */
  #run = 0;

  constructor(agent: string, title: string) {
    this.#agent = agent;
    this.#title = title;
    this.speaker = signal(title);
  }

  /**
   * Starts talking; `audio` plays the agent's voice. Where WebRTC finds no way,
   * the audio socket takes over by itself.
   */
  async start(
    audio: HTMLAudioElement,
    transport: Transport = "webrtc",
  ): Promise<void> {
    const run = ++this.#run;
    batch(() => {
      this.phase.value = "connecting";
      this.transcript.value = EMPTY_TRANSCRIPT;
      this.problem.value = "";
      this.muted.value = false;
      this.speaker.value = this.#title;
    });
    try {
      // The microphone may ask the person; the server gets ready meanwhile.
      const [microphone, ready] = await Promise.all([
        this.#openMicrophone(run),
        this.#openSession(run, transport),
      ]);
      if (run !== this.#run) return;
      await this.#connect(run, ready, microphone, audio);
      if (run === this.#run) this.phase.value = "running";
    } catch (error) {
      if (run !== this.#run) return;
      if (error instanceof Problem && error.blocked && transport === "webrtc") {
        this.#release();
        return await this.start(audio, "socket");
      }
      this.#fail(
        run,
        error instanceof Problem ? error.message : `It failed: ${error}`,
      );
    }
  }

  /** Ends the conversation; its transcript stays. */
  end(): void {
    this.#release();
    this.phase.value = "ended";
  }

  toggleMute(): void {
    this.muted.value = !this.muted.value;
    for (const track of this.#microphone?.getAudioTracks() ?? []) {
      track.enabled = !this.muted.value;
    }
  }

  interrupt(): void {
    this.#socket?.send({ type: "interrupt" });
    this.#call?.silence?.();
  }

  /** Says something by typing. */
  say(text: string): void {
    this.#socket?.send({ type: "text", text });
    this.#call?.silence?.();
  }

  /** Answers a tool that asks for approval. */
  approve(callId: string, approve: boolean): void {
    this.#socket?.send({ type: "approval", callId, approve });
  }

  async #openMicrophone(run: number): Promise<MediaStream | undefined> {
    let stream: MediaStream;
    try {
      // Outside secure pages there is no mediaDevices at all.
      stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          echoCancellation: true,
          noiseSuppression: true,
          autoGainControl: true,
        },
      });
    } catch (error) {
      if (run === this.#run) this.problem.value = microphoneProblem(error);
      return undefined;
    }
    if (run !== this.#run) {
      stopTracks(stream);
      return undefined;
    }
    this.#microphone = stream;
    this.hasMicrophone.value = true;
    return stream;
  }

  #openSession(run: number, transport: Transport): Promise<ReadyFrame> {
    return new Promise((resolve, reject) => {
      SessionSocket.open(
        (frame) => {
          if (run !== this.#run) return;
          if (frame.type === "ready") resolve(frame);
          else if (frame.type === "error" && this.phase.value !== "running") {
            const problem = new Problem(frame.message);
            reject(problem);
            this.#fail(run, problem.message);
          } else this.#frame(run, frame);
        },
        () => {
          reject(new Problem(SERVER_GONE));
          this.#fail(run, SERVER_GONE);
        },
      ).then((socket) => {
        if (run !== this.#run) return socket.close();
        this.#socket = socket;
        socket.send({ type: "start", agent: this.#agent, transport });
      }, reject);
    });
  }

  async #connect(
    run: number,
    ready: ReadyFrame,
    microphone: MediaStream | undefined,
    audio: HTMLAudioElement,
  ): Promise<void> {
    const parts: CallParts = {
      ready,
      microphone,
      audio,
      send: (message) => this.#socket?.send(message),
      onEvent: (event) => this.#received(event),
      lost: (reason) => {
        if (this.phase.value === "running") this.#fail(run, reason);
      },
    };
    const call = ready.transport === "socket"
      ? new SocketCall(parts)
      : ready.handshake === "server"
      ? new ServerCall(parts)
      : new RelayCall(parts);
    this.#call = call;
    for (const frame of this.#early.splice(0)) call.receive(frame);
    await call.connect();
  }

  #frame(run: number, frame: ServerFrame): void {
    const transcript = this.transcript.value;
    switch (frame.type) {
      case "tool": {
        const { type: _, ...progress } = frame;
        this.transcript.value = reportTool(transcript, progress);
        break;
      }
      case "approval": {
        const { callId, name, arguments: args } = frame;
        this.transcript.value = reportTool(transcript, {
          callId,
          name,
          arguments: args,
          status: "awaiting_approval",
        });
        break;
      }
      case "handoff":
        batch(() => {
          this.speaker.value = frame.to;
          this.transcript.value = reportHandoff(transcript, frame);
        });
        break;
      case "guardrail":
        this.transcript.value = reportGuardrail(transcript, frame);
        break;
      case "error":
        this.problem.value = frame.message;
        break;
      case "ended":
        this.#fail(run, `The conversation was ended: ${frame.reason}.`);
        break;
      default:
        if (this.#call === undefined) this.#early.push(frame);
        else this.#call.receive(frame);
    }
  }

  #received(event: RealtimeServerEvent): void {
    this.transcript.value = transcribe(this.transcript.value, event);
  }

  #fail(run: number, reason: string): void {
    if (run !== this.#run) return;
    this.#release();
    batch(() => {
      this.phase.value = "failed";
      this.problem.value = reason;
    });
  }

  #release(): void {
    this.#run++;
    this.#socket?.send({ type: "stop" });
    this.#call?.close();
    this.#socket?.close();
    if (this.#microphone !== undefined) stopTracks(this.#microphone);
    this.#call = undefined;
    this.#early = [];
    this.#socket = undefined;
    this.#microphone = undefined;
    this.hasMicrophone.value = false;
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
