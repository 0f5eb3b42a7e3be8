import { MicrophoneWorklet } from "./microphone_worklet.ts";

/**
 * What a person says before anybody can hear it: kept, and played late. It
 * catches up with them in their pauses.
 */
export class FirstWords {
  /** Silent until {@link release}. */
  readonly stream: MediaStream;
  readonly #worklet: MicrophoneWorklet;
  readonly #live = Promise.withResolvers<void>();

  private constructor(context: AudioContext, worklet: MicrophoneWorklet) {
    const destination = context.createMediaStreamDestination();
    this.stream = destination.stream;
    this.#worklet = worklet;
    worklet.node.connect(destination);
    worklet.node.port.onmessage = () => this.#live.resolve();
  }

  /** Begins to keep; undefined where this browser can't. */
  static async keep(
    context: AudioContext,
    microphone: MediaStream,
  ): Promise<FirstWords | undefined> {
    const worklet = await MicrophoneWorklet.open(
      context,
      microphone,
      "first-words",
    );
    return worklet && new FirstWords(context, worklet);
  }

  /** Lets what was kept be heard; resolves when it is not late any more. */
  release(): Promise<void> {
    this.#worklet.node.port.postMessage("release");
    return this.#live.promise;
  }

  /** Resolves when its worklet has ended, some time after {@link close}. */
  get ended(): Promise<void> {
    return this.#worklet.ended;
  }

  close(): void {
    this.#worklet.close();
    for (const track of this.stream.getTracks()) track.stop();
    this.#live.resolve();
  }
}
