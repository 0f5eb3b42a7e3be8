/** A step of 16-bit sound. */
const STEP = 1 / 32768;
/** No louder than this is digital silence; what a codec makes of it strays by a step or two. */
const SILENT = 4 * STEP;
/** The loudest of the tone: a good microphone in a silent room. */
const LOUDEST = 5 * STEP;
/** Long enough to have no pitch when it is repeated: 1 s at 16 kHz. */
const LENGTH = 16_000;

/**
 * Fills digital silence with the faint noise of a room. A microphone that is muted,
 * or whose noise is suppressed, gives silence that no room has, and that acoustic
 * models, which have only learned from rooms, take for anything else.
 */
export class RoomTone {
  /** The same for every utterance, so that the same sound is heard the same. */
  static readonly #tone = makeTone();
  #at = 0;

  /** The sound itself where there is one, else a room's. Both from -1 to 1; at most 1 s. */
  fill(samples: Float32Array): Float32Array {
    if (samples.some((sample) => Math.abs(sample) > SILENT)) return samples;
    if (this.#at + samples.length > LENGTH) this.#at = 0;
    const at = this.#at;
    this.#at += samples.length;
    return RoomTone.#tone.subarray(at, at + samples.length);
  }
}

function makeTone(): Float32Array {
  // A linear congruential generator, in whole 32-bit numbers: it need not be unpredictable.
  let state = 1;
  return Float32Array.from({ length: LENGTH }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * LOUDEST;
  });
}
