import { assertEquals } from "@std/assert";
import { Ducking } from "../../lib/client/ducking.ts";
import type { RealtimeServerEvent } from "../../lib/realtime/events.ts";
import { FakeClock } from "../../lib/testing/mod.ts";

function page() {
  const clock = new FakeClock();
  const state = { isSpeaking: true, ducked: false };
  const ducking = new Ducking({
    speaker: { duck: (on) => state.ducked = on },
    isSpeaking: () => state.isSpeaking,
    clock,
  });
  const event = (type: RealtimeServerEvent["type"]) =>
    ducking.received({ type } as RealtimeServerEvent);
  return { clock, state, ducking, event };
}

Deno.test("a voice over the agent silences it until the cut answer's last sound is over", async () => {
  const { clock, state, ducking, event } = page();
  ducking.voice(true);
  assertEquals(state.ducked, true);
  await clock.advance(110);
  event("input_audio_buffer.speech_started");
  state.isSpeaking = false;
  await clock.advance(1_000);
  assertEquals(state.ducked, true);
  event("output_audio_buffer.cleared");
  await clock.advance(199);
  assertEquals(state.ducked, true);
  await clock.advance(1);
  assertEquals(state.ducked, false);
});

Deno.test("the next answer is heard from its beginning", () => {
  const { state, ducking, event } = page();
  ducking.voice(true);
  event("input_audio_buffer.speech_started");
  event("output_audio_buffer.cleared");
  event("output_audio_buffer.started");
  assertEquals(state.ducked, false);
});

Deno.test("a cough gives the agent its voice back when it ends", () => {
  const { state, ducking } = page();
  ducking.voice(true);
  ducking.voice(false);
  assertEquals(state.ducked, false);
});

Deno.test("a noise that the model's side takes for none gives the voice back", async () => {
  const { clock, state, ducking } = page();
  ducking.voice(true);
  await clock.advance(399);
  assertEquals(state.ducked, true);
  await clock.advance(1);
  assertEquals(state.ducked, false);
});

Deno.test("speech that interrupts nothing after all does not silence the agent for good", async () => {
  const { clock, state, event } = page();
  event("input_audio_buffer.speech_started");
  assertEquals(state.ducked, true);
  await clock.advance(1_500);
  assertEquals(state.ducked, false);
});

Deno.test("who speaks while the agent is silent silences nothing", () => {
  const { state, ducking, event } = page();
  state.isSpeaking = false;
  ducking.voice(true);
  event("input_audio_buffer.speech_started");
  ducking.interrupted();
  assertEquals(state.ducked, false);
});

Deno.test("the button silences the agent at once", async () => {
  const { clock, state, ducking, event } = page();
  ducking.interrupted();
  assertEquals(state.ducked, true);
  event("output_audio_buffer.cleared");
  await clock.advance(200);
  assertEquals(state.ducked, false);
});
