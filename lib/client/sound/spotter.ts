import { MicrophoneWorklet } from "./microphone_worklet.ts";

/** Notices by itself, and so at once, when a microphone hears a voice. */
export class VoiceSpotter {
  /** Resolves when its worklet has ended, or where there can't be one. */
  readonly ended: Promise<void>;
  #worklet: MicrophoneWorklet | undefined;
  #closed = false;

  /** @param onVoice Told when a voice begins, and when it has ended. */
  constructor(
    context: AudioContext,
    microphone: MediaStream,
    onVoice: (speaking: boolean) => void,
  ) {
    this.ended = MicrophoneWorklet.open(context, microphone, "spotter").then(
      (worklet) => {
        if (worklet === undefined) return;
        this.#worklet = worklet;
        if (this.#closed) {
          worklet.close();
        } else {
          worklet.node.port.onmessage = ({ data }) => onVoice(data);
          // Silent, but some browsers only run what leads to a destination.
          worklet.node.connect(context.destination);
        }
        return worklet.ended;
      },
    );
  }

  close(): void {
    this.#closed = true;
    this.#worklet?.close();
  }
}
