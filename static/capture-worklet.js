/** On the audio thread, for `lib/client/pcm/`: the microphone in blocks of 20 ms. */

/** Samples per second of what comes out. */
const PCM_RATE = 24_000;
/** Samples in a block: 20 ms. */
const BLOCK = 480;
/** Zero crossings of the sinc on either side; what comes out is late by as many samples of the lower rate. */
const CROSSINGS = 32;
/** Where the low-pass is at half, as a part of the lower rate's limit: above that it is at -74 dB. */
const CUTOFF = 0.91;

/**
 * Changes the sample rate of one channel: a sinc under a Blackman window, computed
 * only where a sample comes out.
 */
export class Resampler {
  #up;
  #down;
  /** Samples on either side that an output depends on. */
  #reach;
  /** For each part of a sample that a position may lie past one. */
  #filters;
  /** What came in and is still needed. */
  #line;
  #length;
  #phase = 0;
  #onSample;

  /**
   * @param {number} from Samples per second that come in.
   * @param {number} to Samples per second that go out.
   * @param {(sample: number) => void} onSample Takes what goes out.
   */
  constructor(from, to, onSample) {
    const divisor = gcd(Math.round(from), to);
    this.#up = to / divisor;
    this.#down = Math.round(from) / divisor;
    const scale = Math.min(1, to / from);
    this.#reach = Math.ceil(CROSSINGS / scale);
    this.#filters = Array.from(
      { length: this.#up },
      (_, phase) => filterAt(phase / this.#up, this.#reach, CUTOFF * scale),
    );
    this.#length = this.#reach - 1;
    this.#line = new Float32Array(2 * this.#reach + 128);
    this.#onSample = onSample;
  }

  /** @param {Float32Array} input Any number of samples. */
  process(input) {
    if (this.#up === this.#down) return input.forEach(this.#onSample);
    this.#append(input);
    const reach = this.#reach;
    const line = this.#line;
    let position = reach - 1;
    while (position + reach < this.#length) {
      const filter = this.#filters[this.#phase];
      const first = position - reach + 1;
      let sum = 0;
      for (let i = 0; i < filter.length; i++) {
        sum += filter[i] * line[first + i];
      }
      this.#onSample(sum);
      this.#phase += this.#down;
      position += Math.floor(this.#phase / this.#up);
      this.#phase %= this.#up;
    }
    const done = position - reach + 1;
    line.copyWithin(0, done, this.#length);
    this.#length -= done;
  }

  #append(input) {
    const needed = this.#length + input.length;
    if (needed > this.#line.length) {
      const longer = new Float32Array(needed);
      longer.set(this.#line);
      this.#line = longer;
    }
    this.#line.set(input, this.#length);
    this.#length = needed;
  }
}

function gcd(a, b) {
  return b === 0 ? a : gcd(b, a % b);
}

/** The weights of the samples around a position that lies `offset` past one of them. */
function filterAt(offset, reach, cutoff) {
  const filter = Float32Array.from({ length: 2 * reach }, (_, i) => {
    const distance = i - reach + 1 - offset;
    const x = Math.PI * distance;
    const window = 0.42 + 0.5 * Math.cos(x / reach) +
      0.08 * Math.cos(2 * x / reach);
    const sinc = x === 0 ? 1 : Math.sin(cutoff * x) / (cutoff * x);
    return sinc * window;
  });
  const sum = filter.reduce((sum, weight) => sum + weight);
  return filter.map((weight) => weight / sum);
}

class PcmCaptureProcessor extends AudioWorkletProcessor {
  #block = new Int16Array(BLOCK);
  #filled = 0;
  #open = true;
  #resampler = new Resampler(sampleRate, PCM_RATE, (sample) => {
    const scaled = Math.round(sample * 32_768);
    this.#block[this.#filled++] = Math.max(-32_768, Math.min(32_767, scaled));
    if (this.#filled < BLOCK) return;
    this.port.postMessage(this.#block, [this.#block.buffer]);
    this.#block = new Int16Array(BLOCK);
    this.#filled = 0;
  });

  constructor() {
    super();
    this.port.onmessage = () => this.#open = false;
  }

  process([microphone], [silence]) {
    // A microphone that has ended has no channel. The server's voice detection
    // counts samples, so it gets silence then.
    this.#resampler.process(microphone[0] ?? silence[0]);
    if (!this.#open) this.port.postMessage("ended");
    return this.#open;
  }
}

registerProcessor("pcm-capture", PcmCaptureProcessor);
