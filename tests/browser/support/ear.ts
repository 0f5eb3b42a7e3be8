import {
  Hearing,
  type HearingSettings,
} from "../../../lib/local/audio/hearing.ts";
import type { Sound } from "./wav.ts";

/**
 * What the recogniser understands of a recording at 24 kHz, utterance by
 * utterance; "" for one that is none of the phrases.
 */
export async function understood(
  recording: Sound,
  grammar: Pick<HearingSettings, "phrases" | "slots">,
): Promise<string[]> {
  const hearing = new Hearing();
  await hearing.load();
  const heard: string[] = [];
  let open = 0;
  let settled = () => {};
  const ear = hearing.open({
    ...grammar,
    detection: { threshold: 0.5, prefixPaddingMs: 300, silenceMs: 300 },
  }, (event) => {
    if (event.type === "speech_started") open++;
    if (event.type === "heard") {
      open--;
      heard.push(event.text);
    }
    if (open === 0) settled();
  });
  ear.pcm(recording.samples);
  // Silence at the end, so that the last utterance ends too.
  ear.pcm(new Int16Array(24_000 * 2));
  // There is nothing left to commit: this only waits until all has been heard.
  await ear.commit();
  if (open > 0) await new Promise<void>((resolve) => settled = resolve);
  ear.close();
  hearing.close();
  return heard;
}
