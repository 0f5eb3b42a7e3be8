import {
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
} from "@std/assert";

interface Processor {
  port: { onmessage?: () => void };
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

const blocks: Int16Array[] = [];
/** What the processors said beside that. */
const said: string[] = [];
let Registered!: new () => Processor;

// What is global where a worklet runs.
Object.assign(globalThis, {
  sampleRate: 48_000,
  AudioWorkletProcessor: class {
    port = {
      postMessage(message: Int16Array | string, transfer?: [ArrayBuffer]) {
        if (typeof message === "string") said.push(message);
        else blocks.push(structuredClone(message, { transfer }));
      },
    };
  },
  registerProcessor(name: string, constructor: new () => Processor) {
    assertEquals(name, "pcm-capture");
    Registered = constructor;
  },
});
const { Resampler } = await import("../../static/capture-worklet.js");

const QUANTUM = 128;

/** A sine at this rate, of full scale times `level`. */
function sine(hertz: number, rate: number, seconds: number, level = 0.5) {
  return Float32Array.from(
    { length: rate * seconds },
    (_, i) => level * Math.sin(2 * Math.PI * hertz * i / rate),
  );
}

/** A sound through the resampler, in the portions an audio thread gives. */
function resampled(sound: Float32Array, from: number): Float32Array {
  const output: number[] = [];
  const resampler = new Resampler(from, 24_000, (sample: number) => {
    output.push(sample);
  });
  for (let i = 0; i < sound.length; i += QUANTUM) {
    resampler.process(sound.subarray(i, i + QUANTUM));
  }
  return Float32Array.from(output);
}

/** How far two sounds are apart, in dB of full scale, their edges left out. */
function distance(a: Float32Array, b: Float32Array): number {
  let worst = 0;
  for (let i = 200; i < Math.min(a.length, b.length) - 200; i++) {
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  }
  return 20 * Math.log10(worst);
}

Deno.test("speech keeps its shape, pace and place in time at every usual rate", () => {
  for (const rate of [8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000]) {
    for (const hertz of [100, 1_000, 3_000]) {
      const output = resampled(sine(hertz, rate, 1), rate);
      assertLess(
        distance(output, sine(hertz, 24_000, 1)),
        -60,
        `${rate} ${hertz}`,
      );
      // The filter waits for 32 samples of the lower rate.
      const late = Math.ceil(32 * 24_000 / Math.min(rate, 24_000));
      assertGreaterOrEqual(output.length, 24_000 - late - 1);
      assertLessOrEqual(output.length, 24_000);
    }
  }
});

Deno.test("what 24 kHz can't hold does not come back as another tone", () => {
  for (const rate of [44_100, 48_000, 96_000]) {
    for (const hertz of [12_200, 15_000, 20_000]) {
      const output = resampled(sine(hertz, rate, 1), rate);
      const silence = new Float32Array(output.length);
      assertLess(distance(output, silence), -60, `${rate} ${hertz}`);
    }
  }
});

Deno.test("a context at 24 kHz is taken as it is", () => {
  const sound = sine(440, 24_000, 0.1);
  assertEquals(resampled(sound, 24_000), sound);
});

Deno.test("portions of any length make the same sound", () => {
  const sound = sine(440, 44_100, 0.5);
  const output: number[] = [];
  const resampler = new Resampler(44_100, 24_000, (sample: number) => {
    output.push(sample);
  });
  for (let i = 0, length = 1; i < sound.length; i += length++) {
    resampler.process(sound.subarray(i, i + length));
  }
  assertEquals(Float32Array.from(output), resampled(sound, 44_100));
});

Deno.test("the microphone comes in blocks of 20 ms, as silence where it has ended, until closed", () => {
  blocks.length = 0;
  const processor = new Registered();
  const silence = () => [[new Float32Array(QUANTUM)]];
  const sound = sine(1_000, 48_000, 1, 2);
  for (let i = 0; i < 48_000; i += QUANTUM) {
    const quantum = sound.subarray(i, i + QUANTUM);
    assertEquals(processor.process([[quantum]], silence()), true);
  }
  assertEquals(blocks.length, 49, "1 s, but for the filter's delay");
  assertEquals(blocks.every(({ length }) => length === 480), true);
  const loud = blocks[25]!;
  assertEquals([Math.min(...loud), Math.max(...loud)], [-32_768, 32_767]);

  for (let i = 0; i < 48_000; i += QUANTUM) processor.process([[]], silence());
  assertGreater(blocks.length, 98);
  assertEquals(blocks.at(-1)!.every((sample) => sample === 0), true);

  assertEquals(said, []);
  processor.port.onmessage!();
  assertEquals(processor.process([[]], silence()), false);
  assertEquals(said, ["ended"]);
});
