import { assert, assertEquals } from "@std/assert";
import { VoiceDetector } from "../../../lib/local/audio/voice_detector.ts";
import { fliteVoice } from "../../../lib/local/audio/voices.ts";

const loud = new Float32Array(320).fill(0.1);
const soft = new Float32Array(320).fill(0.0003);

/** The numbers of the frames, from 1, with which speech started and stopped. */
function changes(
  frames: Float32Array[],
  threshold = 0.5,
  silenceMs = 200,
): string[] {
  const detector = new VoiceDetector(() => true, { threshold, silenceMs });
  return frames.flatMap((frame, i) => {
    const change = detector.hear(frame);
    return change ? [`${change.type} ${i + 1}`] : [];
  });
}
const run = (count: number, frame: Float32Array) =>
  Array.from({ length: count }, () => frame);

Deno.test("speech starts with 100 ms of it and stops after the silence asked for", () => {
  assertEquals(
    changes([...run(10, soft), ...run(20, loud), ...run(20, soft)]),
    ["started 15", "stopped 40"],
  );
  assertEquals(
    changes([...run(10, soft), ...run(20, loud), ...run(60, soft)], 0.5, 1000),
    ["started 15", "stopped 80"],
  );
});

Deno.test("80 ms are a click, in speech 20 ms are", () => {
  assertEquals(
    changes([...run(10, soft), ...run(4, loud), ...run(10, soft)]),
    [],
  );
  assertEquals(
    changes([...run(20, loud), ...run(5, soft), loud, ...run(5, soft)]),
    ["started 5", "stopped 30"],
  );
});

Deno.test("a pause shorter than the silence asked for belongs to the speech", () => {
  assertEquals(
    changes([
      ...run(20, loud),
      ...run(8, soft),
      ...run(20, loud),
      ...run(10, soft),
    ]),
    ["started 5", "stopped 58"],
  );
});

Deno.test("a steady noise becomes the background", () => {
  const [started, stopped, ...more] = changes(run(500, loud));
  assert(
    started !== undefined && stopped !== undefined && more.length === 0,
    `${started}, ${stopped}, ${more}`,
  );
});

Deno.test("a higher threshold wants louder speech", () => {
  const medium = new Float32Array(320).fill(0.003); // -50 dB
  assertEquals(changes(run(20, medium), 0.2), ["started 5"]);
  assertEquals(changes(run(20, medium), 0.8), []);
});

Deno.test("every voice is one of the peer's own", () => {
  for (
    const name
      of "alloy ash ballad coral echo sage shimmer verse marin cedar rms constructor"
        .split(" ")
  ) {
    assert(["slt", "awb"].includes(fliteVoice(name)), name);
  }
  assert(fliteVoice("marin") !== fliteVoice("cedar"));
});
