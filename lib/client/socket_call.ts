import type { RealtimeServerEvent } from "../realtime/events.ts";
import type { ServerFrame } from "../session/envelope.ts";
import type { Call, CallParts } from "./call.ts";
import { pcmFromBase64 } from "./pcm/base64.ts";
import { PcmCapture } from "./pcm/capture.ts";
import { PCM_RATE } from "./pcm/format.ts";
import { PcmPlayer } from "./pcm/player.ts";

/**
 * The audio socket: PCM16 comes and goes over `/session`. The playback is the
 * browser's own here, so the browser tells what was heard, and cuts it.
 */
export class SocketCall implements Call {
  readonly #parts: CallParts;
  readonly #context = new AudioContext({ sampleRate: PCM_RATE });
  readonly #player: PcmPlayer;
  #capture: PcmCapture | undefined;

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#player = new PcmPlayer(this.#context, parts.audio, {
      onStarted: (itemId) =>
        this.#played("output_audio_buffer.started", itemId),
      onStopped: (itemId) =>
        this.#played("output_audio_buffer.stopped", itemId),
    });
  }

  async connect(): Promise<void> {
    const { microphone, send } = this.#parts;
    await this.#context.resume();
    if (microphone !== undefined) {
      this.#capture = await PcmCapture.open(this.#context, microphone, send);
    }
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

  silence(): void {
    for (const { itemId, playedMs } of this.#player.clear()) {
      this.#parts.send({ type: "truncate", itemId, audioEndMs: playedMs });
    }
  }

  close(): void {
    this.#capture?.close();
    this.#player.close();
    void this.#context.close();
  }

  /** Over WebRTC the model's peer reports its playback; here this page does. */
  #played(
    type: "output_audio_buffer.started" | "output_audio_buffer.stopped",
    itemId: string,
  ): void {
    this.#parts.onEvent({ type, event_id: "", response_id: itemId });
  }
}
