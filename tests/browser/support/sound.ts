import type { Sound } from "./wav.ts";

/** Below this a level counts as silence; speech is some 1000 to 6000. */
export const SILENCE = 100;

/** The root mean square of the samples, 0 to 32768: how loud they are. */
export function rms(samples: Int16Array): number {
  if (samples.length === 0) return 0;
  return Math.sqrt(
    samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length,
  );
}

/** How long a sound is, in milliseconds. */
export function durationOf({ sampleRate, samples }: Sound): number {
  return samples.length * 1_000 / sampleRate;
}

/** The part from one moment to another, both in milliseconds. */
export function slice(
  { sampleRate, samples }: Sound,
  fromMs: number,
  toMs = Infinity,
): Sound {
  const at = (ms: number) => Math.round(ms * sampleRate / 1_000);
  return { sampleRate, samples: samples.subarray(at(fromMs), at(toMs)) };
}

/**
 * The moment from which on there is only silence, in milliseconds from the start
 * and to 20 ms; 0 for silence all along.
 */
export function silenceAfter(sound: Sound): number {
  const length = durationOf(sound);
  for (let from = Math.floor(length / 20) * 20; from >= 0; from -= 20) {
    const window = slice(sound, from, from + 20);
    if (rms(window.samples) >= SILENCE) return Math.min(from + 20, length);
  }
  return 0;
}

/**
 * Fewer samples per second: low-pass filtered, then every n-th kept.
 *
 * @throws {RangeError} unless the rates are whole multiples.
 */
export function downsample(
  { sampleRate, samples }: Sound,
  toRate: number,
): Sound {
  const factor = sampleRate / toRate;
  if (!Number.isInteger(factor)) {
    throw new RangeError(
      `Cannot go from ${sampleRate} to ${toRate} samples a second: not a whole multiple`,
    );
  }
  if (factor === 1) return { sampleRate, samples };
  // A sinc cut off at the new rate's limit, under a Hann window.
  const reach = 8 * factor;
  const filter = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const x = Math.PI * (i - reach) / factor;
    const sinc = x === 0 ? 1 : Math.sin(x) / x;
    return sinc / factor * (0.5 + 0.5 * Math.cos(x / 8));
  });
  const kept = new Int16Array(Math.floor(samples.length / factor));
  for (let i = 0; i < kept.length; i++) {
    let sum = 0;
    for (let tap = 0; tap < filter.length; tap++) {
      sum += filter[tap]! * (samples[i * factor + tap - reach] ?? 0);
    }
    kept[i] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return { sampleRate: toRate, samples: kept };
}
