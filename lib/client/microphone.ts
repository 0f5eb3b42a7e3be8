import { batch, signal } from "@preact/signals";
import { type ClientProblem, microphoneProblem } from "./problems.ts";

/** The person's microphone: opened, exchanged and given back. */
export class Microphone {
  readonly stream = signal<MediaStream | undefined>(undefined);
  /** Why there is none; the conversation goes on by typing. */
  readonly problem = signal<ClientProblem | undefined>(undefined);
  /** Changes with every opening and closing: what comes late is told apart by it. */
  #run = 0;

  /**
   * Opens it, in the place of the one that is open; what stops it is a problem,
   * not an error.
   *
   * @param deviceId Which one; another one where it is not there, or for "".
   */
  async open(deviceId: string): Promise<void> {
    const run = ++this.#run;
    let stream: MediaStream;
    try {
      // Outside secure pages there is no mediaDevices at all.
      stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          echoCancellation: true,
          noiseSuppression: true,
          autoGainControl: true,
          ...(deviceId === "" ? {} : { deviceId: { ideal: deviceId } }),
        },
      });
    } catch (error) {
      if (run === this.#run) this.problem.value = microphoneProblem(error);
      return;
    }
    if (run !== this.#run) return stopTracks(stream);
    const before = this.stream.peek();
    batch(() => {
      this.problem.value = undefined;
      this.stream.value = stream;
    });
    if (before !== undefined) stopTracks(before);
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.#unplugged(run));
    }
  }

  /** Whether the person has allowed it already: then nobody is asked. */
  async isGranted(): Promise<boolean> {
    try {
      const { state } = await navigator.permissions.query({
        name: "microphone" as PermissionName,
      });
      return state === "granted";
    } catch {
      // Not every browser tells.
      return false;
    }
  }

  /** Gives it back to the system. */
  close(): void {
    this.#run++;
    const stream = this.stream.peek();
    if (stream !== undefined) stopTracks(stream);
    batch(() => {
      this.stream.value = undefined;
      this.problem.value = undefined;
    });
  }

  /** A track ends by itself when its device goes; another one may be there. */
  async #unplugged(run: number): Promise<void> {
    if (run !== this.#run) return;
    this.stream.value = undefined;
    await this.open("");
    if (this.stream.peek() === undefined && run + 1 === this.#run) {
      this.problem.value = "microphone_unplugged";
    }
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
