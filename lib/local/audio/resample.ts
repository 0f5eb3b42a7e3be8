/** Zero crossings of the sinc on either side: what the transition band and the delay depend on. */
const CROSSINGS = 16;
/** Kaiser window: about 80 dB of stopband attenuation. */
const BETA = 8;
/** Where the filter starts to fall, as a part of the lower Nyquist frequency. */
const ROLLOFF = 0.92;

/**
 * Changes the sample rate of a mono stream by a ratio of whole numbers: a windowed-sinc low-pass, evaluated only at
 * the output samples (polyphase). State is kept between calls, so the cuts between frames cannot be heard. Output is
 * aligned with the input in time; it comes CROSSINGS input samples late (more if the rate falls) and `flush` gives
 * the rest.
 */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  /** Taps on either side of the output's position. */
  readonly #half: number;
  readonly #phases: Float32Array[];
  /** Input not yet done with; its first sample is the input's sample number #start. */
  #pending: Int16Array;
  #start: number;
  #made = 0;
  #received = 0;

  /** Rates in Hz. */
  constructor(from: number, to: number) {
    const divisor = gcd(from, to);
    this.#up = to / divisor;
    this.#down = from / divisor;
    const stretch = Math.max(1, from / to);
    this.#half = Math.ceil(CROSSINGS * stretch);
    this.#phases = Array.from(
      { length: this.#up },
      (_, phase) => taps(phase / this.#up, this.#half, ROLLOFF / stretch),
    );
    // What came before the first sample was silence.
    this.#pending = new Int16Array(this.#half);
    this.#start = -this.#half;
  }

  /** The output that the samples so far suffice for. */
  process(samples: Int16Array): Int16Array {
    this.#received += samples.length;
    const joined = new Int16Array(this.#pending.length + samples.length);
    joined.set(this.#pending);
    joined.set(samples, this.#pending.length);
    const last = this.#start + joined.length - 1 - this.#half;
    const count = Math.max(
      0,
      Math.floor((last * this.#up) / this.#down) + 1 - this.#made,
    );
    const output = this.#convolve(joined, count);
    // The next output's taps begin here.
    const keep = Math.floor((this.#made * this.#down) / this.#up) - this.#half +
      1;
    const done = Math.min(Math.max(0, keep - this.#start), joined.length);
    this.#pending = joined.slice(done);
    this.#start += done;
    return output;
  }

  /** The rest of the output, as if silence followed. The resampler is not to be used any further. */
  flush(): Int16Array {
    const received = this.#received;
    const output = this.process(new Int16Array(this.#half * 2));
    const before = this.#made - output.length;
    return output.subarray(
      0,
      Math.max(0, Math.round((received * this.#up) / this.#down) - before),
    );
  }

  #convolve(input: Int16Array, count: number): Int16Array {
    const output = new Int16Array(count);
    for (let i = 0; i < count; i++, this.#made++) {
      const position = this.#made * this.#down;
      const phase = this.#phases[position % this.#up]!;
      const first = Math.floor(position / this.#up) - this.#half + 1 -
        this.#start;
      let sum = 0;
      for (let k = 0; k < phase.length; k++) {
        sum += phase[k]! * input[first + k]!;
      }
      output[i] = Math.max(-32768, Math.min(32767, Math.round(sum)));
    }
    return output;
  }
}

/** The whole of a sound at another rate. */
export function resample(
  samples: Int16Array,
  from: number,
  to: number,
): Int16Array {
  if (from === to) return samples;
  const resampler = new Resampler(from, to);
  const body = resampler.process(samples);
  const tail = resampler.flush();
  const output = new Int16Array(body.length + tail.length);
  output.set(body);
  output.set(tail, body.length);
  return output;
}

/** Filter taps for an output that lies `offset` of a sample behind an input sample. Cutoff 1 is the input's Nyquist frequency. */
function taps(offset: number, half: number, cutoff: number): Float32Array {
  const values = new Float32Array(half * 2);
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const x = k - half + 1 - offset;
    const window = Math.abs(x) < half
      ? bessel(BETA * Math.sqrt(1 - (x / half) ** 2)) / bessel(BETA)
      : 0;
    values[k] = window *
      (x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x));
    sum += values[k]!;
  }
  // Every phase passes a constant unchanged, or a tone would be modulated at the rate of the phases.
  return values.map((value) => value / sum);
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let term = 1, sum = 1;
  for (let n = 1; term > sum * 1e-12; n++) sum += term *= (x / (2 * n)) ** 2;
  return sum;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
