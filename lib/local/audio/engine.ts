import createModule from "soundswallower";
import { fileURLToPath } from "node:url";

/** A frame-synchronous Viterbi decoder. Times are in seconds. */
export interface Decoder {
  initialize(): Promise<void>;
  delete(): void;
  start(): void;
  stop(): void;
  process_audio(samples: Float32Array): number;
  get_text(): string;
  get_alignment(): { w?: { t: string; b: number; d: number; p: number }[] };
  add_words(...entries: [word: string, phones: string][]): void;
  set_grammar(jsgf: string): void;
}

/** Tells frames with a voice from others (WebRTC's voice activity detector). */
export interface Endpointer {
  /** How sure it must be, 0 to 3. */
  readonly mode: number;
  /** Takes the next 320 samples, from -1 to 1. */
  voiced(frame: Float32Array): boolean;
}

/** What the package has besides its declared types; its own `init_dict` is written in terms of these. */
interface Internals {
  HEAPU8: Uint8Array;
  Decoder: new (
    config: Record<string, unknown>,
  ) => Decoder & { cdecoder: number; init_dict(): Promise<void> };
  Endpointer: new (config: Record<string, number>) => {
    process(frame: Float32Array): unknown;
    get_in_speech(): boolean;
  };
  _malloc(bytes: number): number;
  _s3file_init(address: number, bytes: number): number;
  _decoder_init_dict_s3file(
    decoder: number,
    dictionary: number,
    fillers: number,
  ): number;
}

const MODEL = new URL(
  "./model/en-us/",
  import.meta.resolve("soundswallower"),
);

/** SoundSwallower (PocketSphinx compiled to WASM) with its US English model. */
export class Engine {
  #module: Internals;
  #fillers: Uint8Array;
  #endpointers: Endpointer[] = [];
  /** The pronunciation dictionary, "word PHONES" a line in order, "word(2)" for further pronunciations. */
  readonly dictionary: string;

  private constructor(
    module: Internals,
    fillers: Uint8Array,
    dictionary: string,
  ) {
    this.#module = module;
    this.#fillers = fillers;
    this.dictionary = dictionary;
  }

  /** Needs read access to the npm package. */
  static async load(): Promise<Engine> {
    const silent = () => {};
    const [module, fillers, dictionary] = await Promise.all([
      createModule({ print: silent, printErr: silent }),
      Deno.readFile(new URL("noisedict.txt", MODEL)),
      Deno.readTextFile(new URL("dict.txt", MODEL)),
    ]);
    return new Engine(module as unknown as Internals, fillers, dictionary);
  }

  /**
   * A decoder that knows no words yet. Loading all of the dictionary would take it 300 ms and twice the memory for
   * words that no phrase has.
   */
  async decoder(config: Record<string, unknown> = {}): Promise<Decoder> {
    const module = this.#module;
    const decoder = new module.Decoder({
      hmm: fileURLToPath(MODEL).replace(/[/\\]$/, ""),
      loglevel: "FATAL",
      samprate: 16000,
      // The mean of the whole utterance is not known while it is being spoken.
      cmn: "live",
      ...config,
    });
    decoder.init_dict = () => {
      const bytes = this.#fillers;
      const address = module._malloc(bytes.length + 1);
      module.HEAPU8.set(bytes, address);
      module.HEAPU8[address + bytes.length] = 0;
      const file = module._s3file_init(address, bytes.length);
      if (module._decoder_init_dict_s3file(decoder.cdecoder, 0, file) === 0) {
        return Promise.reject(
          new Error(
            "Cannot start a speech decoder: its dictionary was refused",
          ),
        );
      }
      return Promise.resolve();
    };
    await decoder.initialize();
    return decoder;
  }

  /** @param mode how sure it must be of a voice, 0 to 3 */
  endpointer(mode: number): Endpointer {
    const used = this.#endpointers.findIndex((endpointer) =>
      endpointer.mode === mode
    );
    if (used >= 0) return this.#endpointers.splice(used, 1)[0]!;
    const endpointer = new this.#module.Endpointer({
      samprate: 16000,
      frame_length: 0.02,
      mode,
      // The shortest window it takes, two frames; how long speech and silence must last is decided elsewhere.
      window: 0.04,
      ratio: 0.5,
    });
    return {
      mode,
      voiced(frame) {
        endpointer.process(frame);
        return endpointer.get_in_speech();
      },
    };
  }

  /** For use by another stream: the package has no way to free one. */
  returnEndpointer(endpointer: Endpointer): void {
    this.#endpointers.push(endpointer);
  }
}
