/** Voices of flite that the peer speaks with. "rms" is left to the tests, where it is the person's voice. */
export type FliteVoice = "slt" | "awb";

const FEMALE: FliteVoice = "slt";
const MALE: FliteVoice = "awb";

const VOICES: Readonly<Record<string, FliteVoice>> = {
  alloy: FEMALE,
  ash: MALE,
  ballad: MALE,
  cedar: MALE,
  coral: FEMALE,
  echo: MALE,
  marin: FEMALE,
  sage: FEMALE,
  shimmer: FEMALE,
  verse: MALE,
};

/** The flite voice for one of OpenAI's voice names; a name that isn't known gets the voice of "marin". */
export function fliteVoice(name: string): FliteVoice {
  return Object.hasOwn(VOICES, name) ? VOICES[name]! : FEMALE;
}
