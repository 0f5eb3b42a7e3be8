import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";

interface Processor {
  port: { onmessage?: (event: { data: unknown }) => void };
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

const processors = new Map<string, new () => Processor>();
/** What the processors told the page. */
const told: unknown[] = [];

// What is global where a worklet runs.
Object.assign(globalThis, {
  sampleRate: 48_000,
  AudioWorkletProcessor: class {
    port = { postMessage: (message: unknown) => told.push(message) };
  },
  registerProcessor(name: string, constructor: new () => Processor) {
    processors.set(name, constructor);
  },
});
const { FirstWords, Spotter } = await import(
  "../../static/microphone-worklet.js"
);

const RATE = 48_000;
const QUANTUM = 128;

/** A tone of this many seconds and this loud, in dB of full scale. */
function tone(seconds: number, db: number): Float32Array {
  const peak = Math.SQRT2 * 10 ** (db / 20);
  return Float32Array.from(
    { length: RATE * seconds },
    (_, at) => peak * Math.sin(at * 2 * Math.PI * 200 / RATE),
  );
}

const hush = (seconds: number) => tone(seconds, -80);

function joined(...parts: Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

function* quanta(sound: Float32Array) {
  for (let at = 0; at < sound.length; at += QUANTUM) {
    yield { at, samples: sound.subarray(at, at + QUANTUM) };
  }
}

/** When a voice was spotted, and when it was over, in ms from the sound's start. */
function spotted(...parts: Float32Array[]): [boolean, number][] {
  const changes: [boolean, number][] = [];
  let now = 0;
  const spotter = new Spotter(
    RATE,
    (speaking: boolean) => changes.push([speaking, Math.round(now)]),
  );
  for (const { at, samples } of quanta(joined(...parts))) {
    now = (at + QUANTUM) * 1_000 / RATE;
    spotter.take(samples);
  }
  return changes;
}

Deno.test("a voice is spotted within 25 ms, and its end 150 ms behind it", () => {
  const [begun, ended, ...more] = spotted(hush(1), tone(0.5, -25), hush(1));
  assertEquals(more, []);
  assertEquals([begun![0], ended![0]], [true, false]);
  assertAlmostEquals(begun![1], 1_020, 5);
  assertAlmostEquals(ended![1], 1_650, 5);
});

Deno.test("neither a click nor a steady noise nor a faint voice is one", () => {
  assertEquals(spotted(hush(1), tone(0.009, -10), hush(1)), []);
  assertEquals(spotted(hush(1), tone(0.5, -52), hush(1)), []);
  // Something that hums louder and louder is the room.
  const hum = joined(
    ...Array.from({ length: 30 }, (_, second) => tone(1, -70 + second)),
  );
  assertEquals(spotted(hum), []);
});

Deno.test("what is louder than a noisy room is a voice in it", () => {
  const changes = spotted(tone(3, -45), tone(0.3, -25), tone(1, -45));
  // At first the room itself is taken for one: nothing was known of it.
  assertEquals(changes.map(([speaking]) => speaking).slice(-2), [true, false]);
  assertAlmostEquals(changes.at(-2)![1], 3_020, 10);
});

/** What is heard of a sound, released after so many seconds of it. */
function heard(sound: Float32Array, releaseAt: number) {
  let liveAt: number | undefined;
  let now = 0;
  const words = new FirstWords(RATE, () => liveAt = now);
  const output = new Float32Array(sound.length);
  for (const { at, samples } of quanta(sound)) {
    now = at / RATE;
    if (now >= releaseAt) words.release();
    words.process(samples, output.subarray(at, at + QUANTUM));
  }
  return { output, liveAt };
}

/** The parts that are not silent, in seconds. */
function loudParts(sound: Float32Array): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = [];
  const step = RATE / 100;
  for (let at = 0; at < sound.length; at += step) {
    const peak = Math.max(...sound.subarray(at, at + step));
    if (peak < 0.01) continue;
    const [from, to] = [at / RATE, (at + step) / RATE];
    const last = parts.at(-1);
    if (last !== undefined && from - last.to < 0.02) last.to = to;
    else parts.push({ from, to });
  }
  return parts;
}

Deno.test("words said before anybody hears are heard from the release on, and live ones soon after", () => {
  const sound = joined(
    hush(0.5),
    tone(0.6, -20), // said before the release at 1.2 s
    hush(0.4),
    tone(0.5, -20), // begun at 1.5 s, heard late
    hush(1),
    tone(0.4, -20), // begun at 3 s, heard as it is said
    hush(0.5),
  );
  const { output, liveAt } = heard(sound, 1.2);
  const [first, second, third, ...more] = loudParts(output);
  assertEquals(more, []);
  // As much silence as is kept before a voice: 0.2 s at most.
  assertLess(first!.from - 1.2, 0.21);
  assertAlmostEquals(first!.to - first!.from, 0.6, 0.03);
  // The pause of 0.4 s is shorter now, and nothing of the words is gone.
  assertLess(second!.from - first!.to, 0.25);
  assertAlmostEquals(second!.to - second!.from, 0.5, 0.03);
  assertLess(liveAt!, 3);
  assertAlmostEquals(third!.from, 3, 0.02);
  assertAlmostEquals(third!.to - third!.from, 0.4, 0.03);
});

Deno.test("where nobody has spoken what is heard is live from the release on", () => {
  const sound = joined(hush(1), tone(0.5, -20));
  const { output, liveAt } = heard(sound, 0.5);
  assertAlmostEquals(liveAt!, 0.5, 0.01);
  assertEquals(output.slice(RATE), sound.slice(RATE));
});

Deno.test("words that are late by less than a pause is long are live after the next", () => {
  const sound = joined(tone(0.5, -20), hush(0.4), tone(0.4, -20), hush(0.2));
  const { output, liveAt } = heard(sound, 0.04);
  const [first, second, ...more] = loudParts(output);
  assertEquals(more, []);
  assertAlmostEquals(first!.to - first!.from, 0.5, 0.03);
  assertAlmostEquals(liveAt!, 0.6, 0.02);
  assertAlmostEquals(second!.from, 0.9, 0.02);
});

Deno.test("of words that nobody hears for long the last 20 seconds are kept", () => {
  const words = Array.from({ length: 25 }, () => [tone(0.9, -20), hush(0.1)]);
  const { output } = heard(joined(...words.flat(), hush(21)), 25);
  const parts = loudParts(output);
  assertEquals(parts.length, 20);
  for (const { from, to } of parts) assertAlmostEquals(to - from, 0.9, 0.03);
});

Deno.test("a processor runs until it is closed, and says that it has ended", () => {
  assertEquals([...processors.keys()], ["spotter", "first-words"]);
  for (const Processor of processors.values()) {
    told.length = 0;
    const processor = new Processor();
    const quantum = () => [[new Float32Array(QUANTUM)]];
    assertEquals(processor.process(quantum(), quantum()), true);
    // A microphone that has ended has no channel.
    assertEquals(processor.process([[]], quantum()), true);
    assertEquals(told, []);
    processor.port.onmessage!({ data: "close" });
    assertEquals(processor.process([[]], quantum()), false);
    assertEquals(told, ["ended"]);
  }
});
