import { type ReadonlySignal, signal } from "@preact/signals";

/** A microphone or a speaker to choose. */
export interface Device {
  id: string;
  /** What the system calls it. */
  label: string;
}

/** The microphones and speakers of the person's machine. */
export class Devices {
  readonly #microphones = signal<Device[]>([]);
  readonly #speakers = signal<Device[]>([]);
  readonly microphones: ReadonlySignal<Device[]> = this.#microphones;
  readonly speakers: ReadonlySignal<Device[]> = this.#speakers;

  /** Whether the browser can choose a speaker (`HTMLMediaElement.setSinkId`). */
  get canChooseSpeaker(): boolean {
    return "setSinkId" in (globalThis.HTMLMediaElement?.prototype ?? {});
  }

  /**
   * Looks again. Browsers name their devices only once the person has allowed the
   * microphone; until then, and outside secure pages, there are none.
   */
  async refresh(): Promise<void> {
    const found = await mediaDevices()?.enumerateDevices() ?? [];
    const named = (kind: MediaDeviceKind) =>
      found
        .filter((device) => device.kind === kind && device.label !== "")
        .map(({ deviceId, label }) => ({ id: deviceId, label }));
    this.#microphones.value = named("audioinput");
    this.#speakers.value = named("audiooutput");
  }

  /** Looks again whenever something is plugged in or out; returns the end of it. */
  follow(): () => void {
    const devices = mediaDevices();
    const changed = () => void this.refresh();
    devices?.addEventListener("devicechange", changed);
    return () => devices?.removeEventListener("devicechange", changed);
  }
}

/** Only secure pages have them. */
function mediaDevices(): MediaDevices | undefined {
  return navigator.mediaDevices;
}
