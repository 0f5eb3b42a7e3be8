/** Sound as 16 bit PCM. */
export interface Wav {
  /** Samples a second and channel. */
  sampleRate: number;
  channels: number;
  /** Interleaved if there are several channels. */
  samples: Int16Array;
}

/** A RIFF WAVE file of 16 bit PCM. */
export function encodeWav(
  { sampleRate, channels, samples }: Wav,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string) =>
    bytes.set(new TextEncoder().encode(text), at);
  tag(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  tag(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  tag(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, i) => view.setInt16(44 + i * 2, sample, true));
  return bytes;
}

/**
 * Reads a RIFF WAVE file of 16 bit PCM. Chunks other than format and data are passed over, and a data chunk that
 * claims more than there is (programs that write to a pipe do) ends with the file.
 *
 * @throws {TypeError} if it is no such file
 */
export function decodeWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) =>
    String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== "RIFF" || tag(8) !== "WAVE") {
    throw new TypeError("Cannot read the sound: it is not a RIFF WAVE file");
  }
  let format: { sampleRate: number; channels: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = tag(at);
    const start = at + 8;
    const size = Math.min(view.getUint32(at + 4, true), bytes.length - start);
    if (name === "fmt " && size >= 16) {
      const encoding = view.getUint16(start, true);
      const bits = view.getUint16(start + 14, true);
      // 0xfffe is "extensible", which sox writes for plain PCM too.
      if ((encoding !== 1 && encoding !== 0xfffe) || bits !== 16) {
        throw new TypeError(
          `Cannot read the sound: it has ${bits} bit samples of encoding ${encoding}, not 16 bit PCM`,
        );
      }
      format = {
        channels: view.getUint16(start + 2, true),
        sampleRate: view.getUint32(start + 4, true),
      };
    } else if (name === "data" && format) {
      const samples = new Int16Array(size >> 1);
      for (let i = 0; i < samples.length; i++) {
        samples[i] = view.getInt16(start + i * 2, true);
      }
      return { ...format, samples };
    }
    // Chunks start at even positions.
    at = start + size + (size & 1);
  }
  throw new TypeError("Cannot read the sound: it has no format or no data");
}
