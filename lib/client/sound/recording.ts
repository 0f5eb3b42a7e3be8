/** What browsers record into, the best for speech first, and what a file of it is called. */
const FORMATS = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/mp4", "m4a"],
  ["audio/ogg;codecs=opus", "ogg"],
] as const;
/** Plenty for speech: an hour is 22 MB. */
const BITS_PER_SECOND = 48_000;

export type Side = "microphone" | "agent";

/** Both sides of a conversation, mixed into one file. */
export class Recording {
  readonly #context: AudioContext;
  readonly #mix: MediaStreamAudioDestinationNode;
  readonly #sources = new Map<Side, MediaStreamAudioSourceNode>();
  #recorder: MediaRecorder | undefined;
  /** What the recorder has given; each recorder has its own. */
  #chunks: Blob[] = [];

  /** Whether this browser can record at all. */
  static get supported(): boolean {
    return format() !== undefined;
  }

  /** @param context Has to run while it records. */
  constructor(context: AudioContext) {
    this.#context = context;
    this.#mix = new MediaStreamAudioDestinationNode(context, {
      channelCount: 1,
      channelCountMode: "explicit",
    });
  }

  /**
   * What one side is heard through from now on, also while it records; undefined,
   * or a stream without a sound track, for silence.
   */
  setSource(side: Side, stream: MediaStream | undefined): void {
    this.#sources.get(side)?.disconnect();
    this.#sources.delete(side);
    if (!stream?.getAudioTracks().length) return;
    const source = this.#context.createMediaStreamSource(stream);
    source.connect(this.#mix);
    this.#sources.set(side, source);
  }

  /**
   * Begins to record, unless it does already.
   *
   * @throws {Error} where the browser can't.
   */
  start(): void {
    if (this.#recorder !== undefined) return;
    const [mimeType] = format() ?? [];
    if (mimeType === undefined) {
      throw new Error("This browser can't record sound: try another one");
    }
    const chunks: Blob[] = this.#chunks = [];
    this.#recorder = new MediaRecorder(this.#mix.stream, {
      mimeType,
      audioBitsPerSecond: BITS_PER_SECOND,
    });
    this.#recorder.ondataavailable = ({ data }) => void chunks.push(data);
    this.#recorder.start();
  }

  /**
   * Ends it; resolves with the file, and the extension for its name without a dot.
   * Where nothing was recorded the file is empty.
   */
  async stop(): Promise<{ blob: Blob; extension: string }> {
    const [recorder, chunks] = [this.#recorder, this.#chunks];
    this.#recorder = undefined;
    this.#chunks = [];
    // A recorder that failed has stopped by itself.
    if (recorder?.state === "recording") {
      await new Promise((resolve) => {
        recorder.onstop = resolve;
        recorder.stop();
      });
    }
    const [type, extension] = format() ?? FORMATS[0];
    return { blob: new Blob(chunks, { type }), extension };
  }

  /** Gives everything back; what was being recorded is lost. */
  close(): void {
    void this.stop();
    this.setSource("microphone", undefined);
    this.setSource("agent", undefined);
    for (const track of this.#mix.stream.getTracks()) track.stop();
  }
}

function format(): typeof FORMATS[number] | undefined {
  // On the server there is no recorder, and in some embedded browsers neither.
  return FORMATS.find(([type]) =>
    globalThis.MediaRecorder?.isTypeSupported(type)
  );
}
