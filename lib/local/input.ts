/** What a session makes of a client's audio: how to hear it, and its samples. */
import type { SessionConfig } from "../realtime/events.ts";
import type { HearingSettings } from "./audio/hearing.ts";
import { abilitiesOf, vocabularyOf } from "./brain/abilities.ts";
import { ClientEventError } from "./errors.ts";
import { detectionOf } from "./session_config.ts";

/** What to listen for, and when a turn begins and ends. */
export function hearingSettingsOf(session: SessionConfig): HearingSettings {
  const detection = detectionOf(session);
  return {
    ...vocabularyOf(abilitiesOf(session)),
    detection: detection && {
      threshold: detection.threshold,
      prefixPaddingMs: detection.prefixPaddingMs,
      silenceMs: detection.silenceMs,
    },
  };
}

/**
 * The samples of an `input_audio_buffer.append`: PCM16, mono, 24 kHz.
 *
 * @throws {ClientEventError} where the text is no base64, or holds half a sample.
 */
export function pcmOf(base64: string): Int16Array {
  const refuse = (reason: string) =>
    new ClientEventError(
      "invalid_value",
      `Invalid value for 'audio': ${reason}`,
      "audio",
    );
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(base64);
  } catch {
    throw refuse("expected base64");
  }
  if (bytes.length % 2 !== 0) throw refuse("PCM16 has two bytes a sample");
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}
