/** Sound as 16-bit samples of one channel. */
export interface Sound {
  /** Samples per second. */
  sampleRate: number;
  samples: Int16Array;
}

/** A WAV file of this sound. */
export function toWav({ sampleRate, samples }: Sound): Uint8Array<ArrayBuffer> {
  const wav = new DataView(new ArrayBuffer(44 + samples.byteLength));
  const text = (at: number, letters: string) =>
    [...letters].forEach((letter, i) =>
      wav.setUint8(at + i, letter.charCodeAt(0))
    );
  text(0, "RIFF");
  wav.setUint32(4, 36 + samples.byteLength, true);
  text(8, "WAVEfmt ");
  wav.setUint32(16, 16, true); // bytes of the format
  wav.setUint16(20, 1, true); // PCM
  wav.setUint16(22, 1, true); // channels
  wav.setUint32(24, sampleRate, true);
  wav.setUint32(28, sampleRate * 2, true); // bytes per second
  wav.setUint16(32, 2, true); // bytes per frame
  wav.setUint16(34, 16, true); // bits per sample
  text(36, "data");
  wav.setUint32(40, samples.byteLength, true);
  samples.forEach((sample, i) => wav.setInt16(44 + 2 * i, sample, true));
  return new Uint8Array(wav.buffer);
}

/**
 * The sound in a WAV file.
 *
 * @throws {TypeError} unless it is 16-bit PCM of one channel.
 */
export function fromWav(wav: Uint8Array): Sound {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  const text = (at: number) => String.fromCharCode(...wav.subarray(at, at + 4));
  let sampleRate: number | undefined;
  for (let at = 12; at + 8 <= wav.length;) {
    const size = view.getUint32(at + 4, true);
    if (text(at) === "fmt ") {
      const channels = view.getUint16(at + 10, true);
      const bits = view.getUint16(at + 22, true);
      if (channels !== 1 || bits !== 16) {
        throw new TypeError(
          `A WAV file here has 1 channel of 16 bits, not ${channels} of ${bits}`,
        );
      }
      sampleRate = view.getUint32(at + 12, true);
    } else if (text(at) === "data" && sampleRate !== undefined) {
      // What writes to a pipe does not know the size and states too large a one.
      const bytes = wav.slice(at + 8, Math.min(at + 8 + size, wav.length));
      return {
        sampleRate,
        samples: new Int16Array(bytes.buffer, 0, bytes.length >> 1),
      };
    }
    at += 8 + size + size % 2;
  }
  throw new TypeError("Not a WAV file: it has no format or no data");
}
