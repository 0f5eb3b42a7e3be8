/** A part of a recording, 50 ms each, and the tones that are in it. */
const PART_SECONDS = 0.05;
const TONES = [440, 1_000, 2_000];

/**
 * The tones in a sound, one after the other. What lasts under 150 ms, as where one
 * takes over from the other, is left out.
 */
export function melody(samples: number[], sampleRate: number): string[] {
  const length = PART_SECONDS * sampleRate;
  const parts = Array.from(
    { length: Math.floor(samples.length / length) },
    (_, part) => {
      const sound = samples.slice(part * length, (part + 1) * length);
      return TONES.filter((hertz) =>
        amplitudeOf(hertz, sound, sampleRate) > 0.05
      )
        .join(" + ");
    },
  );
  const lasting = parts.filter((part, at) =>
    parts[at - 1] === part && parts[at + 1] === part
  );
  return lasting.filter((part, at) => part !== lasting[at - 1]);
}

/** How far a tone swings in a sound. */
function amplitudeOf(hertz: number, samples: number[], sampleRate: number) {
  let [real, imaginary] = [0, 0];
  samples.forEach((sample, at) => {
    const angle = 2 * Math.PI * hertz * at / sampleRate;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  });
  return 2 * Math.hypot(real, imaginary) / samples.length;
}
