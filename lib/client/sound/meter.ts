/** What shows as nothing, and what as all there is: dB below full scale, as a root mean square. */
const LEVEL_DB = [-55, -10] as const;
/** The same for one band, which has only a part of the sound. */
const BAND_DB = [-66, -14] as const;
/** How much weaker speech is from octave to octave, which the bands make good, in dB. */
const TILT_DB = 4;
/** The range of a voice, in Hz. */
const LOWEST_HZ = 80;
const HIGHEST_HZ = 6_000;

/** How loud a stream is, and where in the range of a voice. Nobody hears it through this. */
export class SoundMeter {
  readonly #analyser: AnalyserNode;
  readonly #source: MediaStreamAudioSourceNode | undefined;
  readonly #samples: Float32Array<ArrayBuffer>;
  readonly #spectrum: Float32Array<ArrayBuffer>;

  /**
   * @param stream Without a sound track it is silence. One that comes over WebRTC
   * is silence, too, in Chromium unless an audio element plays it.
   */
  constructor(context: AudioContext, stream: MediaStream) {
    // At 48 kHz a window of 43 ms, in which the lowest voices are still apart.
    this.#analyser = new AnalyserNode(context, {
      fftSize: 2_048,
      smoothingTimeConstant: 0,
    });
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#spectrum = new Float32Array(this.#analyser.frequencyBinCount);
    if (stream.getAudioTracks().length === 0) return;
    this.#source = context.createMediaStreamSource(stream);
    this.#source.connect(this.#analyser);
  }

  /** How loud it is now: 0 to 1, in equal steps for equal decibels, as the ear has it. */
  get level(): number {
    if (!this.#runs) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const energy = this.#samples.reduce((sum, sample) => sum + sample ** 2, 0);
    return onScale(energy / this.#samples.length, LEVEL_DB);
  }

  /**
   * Fills the array with how loud as many bands of a voice's range are now, low
   * to high, each 0 to 1. The bands are as wide as the ear finds them equal.
   */
  bands(into: Float32Array): void {
    if (!this.#runs) return void into.fill(0);
    this.#analyser.getFloatFrequencyData(this.#spectrum);
    const hzPerBin = this.#analyser.context.sampleRate / this.#analyser.fftSize;
    const [lowest, highest] = [toMel(LOWEST_HZ), toMel(HIGHEST_HZ)];
    const binAt = (edge: number) =>
      toHz(lowest + (highest - lowest) * edge / into.length) / hzPerBin;
    for (let band = 0; band < into.length; band++) {
      const from = Math.round(binAt(band));
      // However many bands there are, each has a bin.
      const to = Math.max(from + 1, Math.round(binAt(band + 1)));
      let energy = 0;
      for (let bin = from; bin < to; bin++) {
        energy += 10 ** ((this.#spectrum[bin] ?? -Infinity) / 10);
      }
      const tilt = TILT_DB * Math.log2(from * hzPerBin / LOWEST_HZ);
      into[band] = onScale(energy * 10 ** (tilt / 10), BAND_DB);
    }
  }

  /** Ends it. The stream and the context stay as they are. */
  close(): void {
    this.#source?.disconnect();
  }

  /** A context that is suspended goes on showing what it heard last. */
  get #runs(): boolean {
    return this.#analyser.context.state === "running";
  }
}

/** An energy on a scale of decibels from 0 to 1. */
function onScale(
  energy: number,
  [quietest, loudest]: readonly [number, number],
): number {
  const part = (10 * Math.log10(energy) - quietest) / (loudest - quietest);
  return Math.max(0, Math.min(1, part));
}

/** The pitch that the ear hears in a frequency (O'Shaughnessy's formula). */
function toMel(hz: number): number {
  return Math.log1p(hz / 700);
}

function toHz(mel: number): number {
  return 700 * Math.expm1(mel);
}
