import { closeContext } from "../sound/close_context.ts";

/** Served from `static/`: what runs on the audio thread can't be bundled. */
const WORKLET = "/capture-worklet.js";

/**
 * The microphone as PCM16 mono at 24 kHz, in blocks of 20 ms. Muted by the
 * track's `enabled`: silence flows on then, so that the server's voice detection,
 * which counts samples, keeps its clock.
 */
export class PcmCapture {
  readonly #source: MediaStreamAudioSourceNode;
  readonly #node: AudioWorkletNode;
  /** Made where the page's context can't take the microphone. */
  readonly #ownContext: AudioContext | undefined;
  readonly #ended = Promise.withResolvers<void>();

  private constructor(
    source: MediaStreamAudioSourceNode,
    onBlock: (pcm: Int16Array<ArrayBuffer>) => void,
    ownContext: AudioContext | undefined,
  ) {
    const { context } = source;
    this.#source = source;
    this.#ownContext = ownContext;
    this.#node = new AudioWorkletNode(context, "pcm-capture", {
      channelCount: 1,
      channelCountMode: "explicit",
      outputChannelCount: [1],
    });
    this.#node.port.onmessage = ({ data }) => onBlock(data);
    source.connect(this.#node);
    // Silent, but some browsers only run what leads to a destination.
    this.#node.connect(context.destination);
  }

  /**
   * Begins to capture.
   *
   * @param context Of any rate; at 24 kHz nothing needs resampling here.
   * @param onBlock Gets each block, which is its to keep.
   * @throws {DOMException} `InvalidStateError` where the stream has no sound,
   * `AbortError` where the worklet can't be loaded.
   */
  static async open(
    context: AudioContext,
    microphone: MediaStream,
    onBlock: (pcm: Int16Array<ArrayBuffer>) => void,
  ): Promise<PcmCapture> {
    const { source, ownContext } = sourceOf(context, microphone);
    try {
      await source.context.audioWorklet.addModule(WORKLET);
      return new PcmCapture(source, onBlock, ownContext);
    } catch (error) {
      await ownContext?.close();
      throw error;
    }
  }

  /** Resolves when the processor has come to its end, some time after {@link close}. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Ends it; no block comes afterwards. The microphone itself stays open. */
  close(): void {
    this.#node.port.onmessage = ({ data }) => {
      if (data === "ended") this.#ended.resolve();
    };
    // The processor runs for as long as it says so itself.
    this.#node.port.postMessage("close");
    this.#source.disconnect();
    this.#node.disconnect();
    if (this.#ownContext !== undefined) {
      void closeContext(this.#ownContext, [this.ended]);
    }
  }
}

/**
 * Firefox takes a microphone only into a context of the microphone's rate
 * (https://bugzilla.mozilla.org/show_bug.cgi?id=1674892), which is a new one's.
 */
function sourceOf(context: AudioContext, microphone: MediaStream): {
  source: MediaStreamAudioSourceNode;
  ownContext?: AudioContext;
} {
  try {
    return { source: context.createMediaStreamSource(microphone) };
  } catch (error) {
    if (
      !(error instanceof DOMException) || error.name !== "NotSupportedError"
    ) {
      throw error;
    }
    const ownContext = new AudioContext();
    return {
      source: ownContext.createMediaStreamSource(microphone),
      ownContext,
    };
  }
}
