import type { RealtimeServerEvent } from "../realtime/events.ts";
import type { ServerFrame } from "../session/envelope.ts";
import type { Call, CallParts } from "./call.ts";
import { pcmFromBase64 } from "./pcm/base64.ts";
import { PcmCapture } from "./pcm/capture.ts";
import { PCM_RATE } from "./pcm/format.ts";
import { PcmPlayer } from "./pcm/player.ts";
import { closeContext } from "./sound/close_context.ts";

/**
 * The audio socket: PCM16 comes and goes over `/session`. The playback is the
 * browser's own here, so the browser tells what was heard, and cuts it.
 */
export class SocketCall implements Call {
  readonly #parts: CallParts;
  readonly #context = new AudioContext({ sampleRate: PCM_RATE });
  readonly #player: PcmPlayer;
  #capture: PcmCapture | undefined;
  /** Changes with every microphone: what comes late is told apart by it. */
  #captures = 0;
  /** Each resolves when a capture has ended. */
  readonly #ends: Promise<void>[] = [];
  #closed = false;
  /** Playback that stops now was cut. */
  #cutting = false;

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#player = new PcmPlayer(this.#context, parts.speaker, {
      onStarted: (itemId) => this.#played("started", itemId),
      onStopped: (itemId) =>
        this.#played(this.#cutting ? "cleared" : "stopped", itemId),
    });
  }

  async connect(): Promise<void> {
    const { microphone, send, onAnswered, onVoice } = this.#parts;
    onAnswered();
    await this.#context.resume();
    await this.setMicrophone(microphone);
    onVoice(this.#player.stream);
    send({ type: "connected" });
  }

  receive(frame: ServerFrame): void {
    if (frame.type !== "event") return;
    const event = frame.event as object as RealtimeServerEvent;
    if (event.type === "response.output_audio.delta") {
      this.#player.play(
        event.item_id,
        event.content_index,
        pcmFromBase64(event.delta),
      );
      return;
    }
    if (event.type === "response.output_audio.done") {
      this.#player.finish(event.item_id);
    }
    if (event.type === "input_audio_buffer.speech_started") this.silence();
    this.#parts.onEvent(event);
  }

  async setMicrophone(stream: MediaStream | undefined): Promise<void> {
    const run = ++this.#captures;
    this.#capture?.close();
    this.#capture = undefined;
    if (stream === undefined) return;
    const opening = PcmCapture.open(this.#context, stream, this.#parts.send);
    this.#ends.push(opening.then(({ ended }) => ended, () => {}));
    const capture = await opening;
    // Another microphone may have taken its place meanwhile.
    if (this.#closed || run !== this.#captures) capture.close();
    else this.#capture = capture;
  }

  silence(): void {
    this.#cutting = true;
    for (const { itemId, playedMs } of this.#player.clear()) {
      this.#parts.send({ type: "truncate", itemId, audioEndMs: playedMs });
    }
    this.#cutting = false;
  }

  close(): void {
    this.#closed = true;
    this.#capture?.close();
    this.#player.close();
    void closeContext(this.#context, this.#ends);
  }

  /** Over WebRTC the model's peer reports its playback; here this page does. */
  #played(what: "started" | "stopped" | "cleared", itemId: string): void {
    this.#parts.onEvent({
      type: `output_audio_buffer.${what}`,
      event_id: "",
      response_id: itemId,
    });
  }
}
