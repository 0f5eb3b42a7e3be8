import { assert, assertEquals, assertThrows } from "@std/assert";
import { OpusDecoder, OpusEncoder } from "../../../lib/local/audio/opus.ts";
import { resample, Resampler } from "../../../lib/local/audio/resample.ts";
import { decodeWav, encodeWav } from "../../../lib/local/audio/wav.ts";
import { packets, quiet } from "./person.ts";

function sine(hz: number, rate: number, seconds = 0.5): Int16Array {
  return Int16Array.from(
    { length: rate * seconds },
    (_, i) => Math.round(16_000 * Math.sin((2 * Math.PI * hz * i) / rate)),
  );
}

/** Signal to noise, in dB, without the ends, where the signal begins and stops. */
function snr(actual: Int16Array, expected: Int16Array): number {
  let signal = 0, noise = 0;
  for (let i = 200; i < expected.length - 200; i++) {
    signal += expected[i]! ** 2;
    noise += (actual[i]! - expected[i]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

for (
  const [from, to] of [[16_000, 48_000], [16_000, 24_000], [48_000, 16_000], [
    24_000,
    16_000,
  ]] as const
) {
  Deno.test(`resampling ${from} Hz to ${to} Hz keeps a tone, in length and phase`, () => {
    for (const hz of [100, 440, 3000, 6000]) {
      const output = resample(sine(hz, from), from, to);
      const expected = sine(hz, to);
      assertEquals(output.length, expected.length);
      assert(
        snr(output, expected) > 60,
        `${hz} Hz: ${snr(output, expected)} dB`,
      );
    }
  });
}

Deno.test("resampling down removes what the lower rate cannot hold", () => {
  const output = resample(sine(10_000, 48_000), 48_000, 16_000).subarray(
    200,
    -200,
  );
  assert(
    output.every((sample) => Math.abs(sample) < 16),
    `${Math.max(...output)}`,
  );
});

Deno.test("resampling in pieces gives the same as at once", () => {
  const input = sine(700, 24_000);
  const whole = resample(input, 24_000, 16_000);
  const resampler = new Resampler(24_000, 16_000);
  const pieces: number[] = [];
  for (
    let at = 0, size = 0;
    at < input.length;
    at += size, size = (size * 5 + 1) % 487
  ) {
    pieces.push(...resampler.process(input.subarray(at, at + size)));
  }
  pieces.push(...resampler.flush());
  assertEquals(Int16Array.from(pieces), whole);
});

Deno.test("full scale clips instead of wrapping", () => {
  const square = Int16Array.from(
    { length: 1600 },
    (_, i) => i % 100 < 50 ? 32767 : -32768,
  );
  const output = resample(square, 16_000, 48_000);
  assert(
    output.subarray(310, 440).every((sample) =>
      sample < 0 || sample > 20_000
    ) || output.includes(32767),
  );
});

Deno.test("WAV there and back", () => {
  const wav = {
    sampleRate: 16_000,
    channels: 2,
    samples: Int16Array.of(0, 1, -1, 32767, -32768, 5),
  };
  assertEquals(decodeWav(encodeWav(wav)), wav);
  // Other chunks are passed over, a length that claims too much is cut.
  const bytes = encodeWav(wav);
  const extended = new Uint8Array(bytes.length + 12);
  extended.set(bytes.subarray(0, 36));
  extended.set(new TextEncoder().encode("LIST\x03\0\0\0abc\0"), 36);
  extended.set(bytes.subarray(36), 48);
  new DataView(extended.buffer).setUint32(52, 0xffffffff, true);
  assertEquals(decodeWav(extended), wav);
});

Deno.test("what is no WAV is refused", () => {
  assertThrows(
    () => decodeWav(new Uint8Array(0)),
    TypeError,
    "not a RIFF WAVE file",
  );
  assertThrows(
    () => decodeWav(new Uint8Array(100)),
    TypeError,
    "not a RIFF WAVE file",
  );
  const bytes = encodeWav({
    sampleRate: 8000,
    channels: 1,
    samples: new Int16Array(10),
  });
  assertThrows(() => decodeWav(bytes.subarray(0, 40)), TypeError, "no data");
  bytes[34] = 8;
  assertThrows(() => decodeWav(bytes), TypeError, "8 bit");
});

Deno.test("Opus packets are 20 ms, lost ones are concealed", () => {
  const tone = sine(440, 16_000);
  const sent = packets(tone);
  assertEquals(sent.length, 25);
  const decoder = new OpusDecoder();
  assertEquals(decoder.conceal().length, 0);
  for (const packet of sent) assertEquals(decoder.decode(packet).length, 320);
  const concealed = decoder.conceal();
  assertEquals(concealed.length, 320);
  assert(concealed.some((sample) => Math.abs(sample) > 1000));
  assertThrows(() => decoder.decode(new Uint8Array(0)), Error, "empty");
  assertThrows(() => decoder.decode(new Uint8Array(50).fill(255)));
  assertEquals(decoder.decode(sent[0]!).length, 320);
  decoder.close();
  const encoder = new OpusEncoder();
  assertEquals(encoder.encodeAll(quiet(30)).length, 2);
  assertEquals(encoder.encodeAll(new Int16Array(0)).length, 0);
  encoder.close();
});
