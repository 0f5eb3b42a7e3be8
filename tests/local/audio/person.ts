import { synthesise } from "../../../lib/local/audio/flite.ts";
import { OpusEncoder, SPEECH_RATE } from "../../../lib/local/audio/opus.ts";
import { resample } from "../../../lib/local/audio/resample.ts";
import { encodeWav } from "../../../lib/local/audio/wav.ts";

/** How someone speaks in a test. */
export interface Manner {
  /** Silence before and after, in ms. */
  leadMs?: number;
  tailMs?: number;
  /** flite's voice; the peer itself never uses "rms". */
  voice?: "rms" | "kal16" | "slt" | "awb";
}

/** What was said before, which need not be made again. */
const spoken = new Map<string, Int16Array>();

/** A person saying something, PCM16 mono 16 kHz, with the faint noise of a microphone throughout. */
export async function said(
  text: string,
  { leadMs = 400, tailMs = 600, voice = "rms" }: Manner = {},
): Promise<Int16Array> {
  const key = `${voice}: ${text}`;
  const speech = spoken.get(key) ?? await synthesise(text, voice);
  spoken.set(key, speech);
  const sound = quiet(leadMs + speech.length / 16 + tailMs);
  const start = leadMs * 16;
  speech.forEach((sample, i) =>
    sound[start + i] = Math.max(
      -32768,
      Math.min(32767, sample + sound[start + i]!),
    )
  );
  return sound;
}

/** A microphone in a silent room. The noise is the same every time, so that tests are. */
export function quiet(ms: number): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: Math.round(ms * 16) }, () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.round((seed / 2 ** 31 - 0.5) * 20);
  });
}

/** 16 kHz sound as the Opus packets a browser would send, 20 ms each. */
export function packets(sound: Int16Array): Uint8Array[] {
  const encoder = new OpusEncoder();
  const packets = encoder.encodeAll(sound);
  encoder.close();
  return packets;
}

/** A WAV file for Chromium's fake microphone: mono at 48 kHz. */
export async function personWav(
  text: string,
  manner?: Manner,
): Promise<Uint8Array<ArrayBuffer>> {
  return encodeWav({
    sampleRate: 48_000,
    channels: 1,
    samples: resample(await said(text, manner), SPEECH_RATE, 48_000),
  });
}
