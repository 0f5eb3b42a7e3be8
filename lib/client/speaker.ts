import { signal } from "@preact/signals";

/** Where the agent is heard: the page's audio element. */
export class Speaker {
  /** Whether the browser wants a tap before anything may sound. */
  readonly blocked = signal(false);
  #audio: HTMLAudioElement | undefined;

  /** Uses this element from now on. */
  attach(audio: HTMLAudioElement): void {
    this.#audio = audio;
  }

  play(stream: MediaStream): void {
    this.#audio!.srcObject = stream;
    void this.unblock();
  }

  /** Tries to be heard; in a tap's own handler the browser lets it. */
  async unblock(): Promise<void> {
    try {
      await this.#audio!.play();
      this.blocked.value = false;
    } catch (error) {
      // Any other one says that something newer is to be played, or nothing.
      if ((error as DOMException).name === "NotAllowedError") {
        this.blocked.value = true;
      }
    }
  }

  /** Plays this stream no more; another one that took its place goes on. */
  stop(stream: MediaStream): void {
    if (this.#audio?.srcObject !== stream) return;
    this.#audio.srcObject = null;
    this.blocked.value = false;
  }

  /** @param volume 0 to 1. */
  setVolume(volume: number): void {
    if (this.#audio !== undefined) this.#audio.volume = volume;
  }

  /** Silences what is played, or gives it back; where volumes are the system's, too. */
  duck(on: boolean): void {
    if (this.#audio !== undefined) this.#audio.muted = on;
  }

  /** Sounds through this device; through the system's own where it is gone. */
  async choose(deviceId: string): Promise<void> {
    try {
      await this.#audio?.setSinkId?.(deviceId);
    } catch {
      await this.#audio?.setSinkId("").catch(() => {});
    }
  }
}
