import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { RoomTone } from "../../../lib/local/audio/room_tone.ts";

const FRAME = 320;

/** Loudness in dB of full scale. */
function decibels(sound: Float32Array): number {
  const energy = sound.reduce((sum, sample) => sum + sample ** 2, 0);
  return 10 * Math.log10(energy / sound.length);
}

Deno.test("digital silence gets the noise of a room, which does not repeat from frame to frame", () => {
  const room = new RoomTone();
  const frames = Array.from(
    { length: 100 },
    () => room.fill(new Float32Array(FRAME)).slice(),
  );
  for (const frame of frames) {
    assertEquals(frame.length, FRAME);
    assert(Math.abs(decibels(frame) + 81) < 1, `${decibels(frame)} dB`);
  }
  assert(frames[0]!.some((sample, i) => sample !== frames[1]![i]));
});

Deno.test("what a codec makes of digital silence is silence too", () => {
  const strayed = new Float32Array(FRAME);
  strayed[7] = -2 / 32768;
  assert(decibels(new RoomTone().fill(strayed)) > -82);
});

Deno.test("sound is left as it is, the faintest of a microphone too", () => {
  const faint = new Float32Array(FRAME);
  faint[7] = -5 / 32768;
  assertStrictEquals(new RoomTone().fill(faint), faint);
});

Deno.test("the same sound gets the same tone", () => {
  const silence = new Float32Array(FRAME);
  assertEquals(new RoomTone().fill(silence), new RoomTone().fill(silence));
});
