import { CALL_LOST, CALL_NOT_CONNECTED, Problem } from "./problems.ts";

/** Where UDP is open a call stands well before this; after it something blocks. */
const CONNECT_TIMEOUT_MS = 5_000;

/** The peer connection of a call: the microphone out, the agent's voice in. */
export class MediaPeer {
  readonly #pc = new RTCPeerConnection();

  /**
   * @param microphone What the model hears; undefined where the person types.
   * @param audio Plays what the model says.
   * @param lost Called with a sentence when a running call breaks off.
   */
  constructor(
    microphone: MediaStream | undefined,
    audio: HTMLAudioElement,
    lost: (reason: string) => void,
  ) {
    const track = microphone?.getAudioTracks()[0];
    if (microphone !== undefined && track !== undefined) {
      this.#pc.addTrack(track, microphone);
    } else {
      this.#pc.addTransceiver("audio", { direction: "recvonly" });
    }
    this.#pc.addEventListener("track", ({ track, streams }) => {
      audio.srcObject = streams[0] ?? new MediaStream([track]);
      audio.play().catch((error) => console.warn("Playback waits", error));
    });
    this.#pc.addEventListener("connectionstatechange", () => {
      if (this.#pc.connectionState === "failed") lost(CALL_LOST);
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
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = () => reject(new Problem(CALL_NOT_CONNECTED, true));
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

  close(): void {
    this.#pc.close();
  }
}
