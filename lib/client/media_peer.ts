import type { CallParts } from "./call.ts";
import { Problem } from "./problems.ts";

/** Where UDP is open a call stands well before this; after it something blocks. */
const CONNECT_TIMEOUT_MS = 5_000;

/** The peer connection of a call: the microphone out, the agent's voice in. */
export class MediaPeer {
  readonly #pc = new RTCPeerConnection();
  readonly #sender: RTCRtpSender;
  readonly #parts: CallParts;
  #voice: MediaStream | undefined;

  constructor(parts: CallParts) {
    this.#parts = parts;
    const { microphone } = parts;
    // Both ways even without a microphone: one that is plugged in later can talk.
    const { sender } = this.#pc.addTransceiver(
      microphone?.getAudioTracks()[0] ?? "audio",
      {
        direction: "sendrecv",
        streams: microphone === undefined ? [] : [microphone],
      },
    );
    this.#sender = sender;
    this.#pc.addEventListener("track", ({ track, streams }) => {
      const voice = streams[0] ?? new MediaStream([track]);
      this.#voice = voice;
      parts.speaker.play(voice);
      parts.onVoice(voice);
    });
    this.#pc.addEventListener("connectionstatechange", () => {
      if (this.#pc.connectionState === "failed") {
        parts.lost(new Problem("call_lost"));
      }
    });
  }

  channel(label: string): RTCDataChannel {
    return this.#pc.createDataChannel(label);
  }

  async offer(): Promise<string> {
    await this.#pc.setLocalDescription();
    return this.#pc.localDescription?.sdp ?? "";
  }

  /**
   * Takes the answer; resolves when the call stands.
   *
   * @throws {Problem} where no way for the audio is found in time.
   */
  async accept(answer: string): Promise<void> {
    await this.#pc.setRemoteDescription({ type: "answer", sdp: answer });
    this.#parts.onAnswered();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = () => reject(new Problem("call_not_connected", "", true));
    const timer = setTimeout(refuse, CONNECT_TIMEOUT_MS);
    const look = () => {
      if (this.#pc.connectionState === "connected") resolve();
      if (/failed|closed/.test(this.#pc.connectionState)) refuse();
    };
    this.#pc.addEventListener("connectionstatechange", look);
    look();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#pc.removeEventListener("connectionstatechange", look);
    }
  }

  async setMicrophone(stream: MediaStream | undefined): Promise<void> {
    await this.#sender.replaceTrack(stream?.getAudioTracks()[0] ?? null);
  }

  stats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  close(): void {
    if (this.#voice !== undefined) this.#parts.speaker.stop(this.#voice);
    this.#pc.close();
  }
}
