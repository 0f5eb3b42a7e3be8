/** Served from `static/`: what runs on the audio thread can't be bundled. */
const WORKLET = "/microphone-worklet.js";

/** What the worklet has: a voice that is noticed, and words that are kept. */
type Processor = "spotter" | "first-words";

/** A microphone that the worklet listens to. */
export class MicrophoneWorklet {
  readonly node: AudioWorkletNode;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #ended = Promise.withResolvers<void>();

  private constructor(
    source: MediaStreamAudioSourceNode,
    processor: Processor,
  ) {
    this.#source = source;
    this.node = new AudioWorkletNode(source.context, processor, {
      channelCount: 1,
      channelCountMode: "explicit",
      outputChannelCount: [1],
    });
    source.connect(this.node);
  }

  /**
   * Begins to listen; undefined where this browser can't: in Firefox a context
   * only takes a microphone of its own rate
   * (https://bugzilla.mozilla.org/show_bug.cgi?id=1674892).
   */
  static async open(
    context: AudioContext,
    microphone: MediaStream,
    processor: Processor,
  ): Promise<MicrophoneWorklet | undefined> {
    try {
      const source = context.createMediaStreamSource(microphone);
      await context.audioWorklet.addModule(WORKLET);
      return new MicrophoneWorklet(source, processor);
    } catch {
      return undefined;
    }
  }

  /** Resolves when the processor has come to its end, some time after {@link close}. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Ends it; nothing is told afterwards. The microphone itself stays open. */
  close(): void {
    this.node.port.onmessage = ({ data }) => {
      if (data === "ended") this.#ended.resolve();
    };
    // The processor runs for as long as it says so itself.
    this.node.port.postMessage("close");
    this.#source.disconnect();
    this.node.disconnect();
  }
}
