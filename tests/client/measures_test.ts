import { assertEquals } from "@std/assert";
import { Measures } from "../../lib/client/developer/measures.ts";
import type { RealtimeServerEvent } from "../../lib/realtime/events.ts";

const event = (type: string) => ({ type }) as RealtimeServerEvent;

Deno.test("connecting is measured stage by stage, in whatever order they come", () => {
  const measures = new Measures();
  measures.started(1_000);
  measures.reached("server", 1_020);
  measures.reached("microphone", 1_300);
  measures.reached("call", 1_350);
  assertEquals(measures.connectMs.value, undefined);
  measures.reached("channel", 1_400);
  measures.reached("channel", 9_999);
  assertEquals(measures.stages.value, {
    server: 20,
    microphone: 300,
    call: 350,
    channel: 400,
  });
  assertEquals(measures.connectMs.value, 400);
});

Deno.test("a turn's latency is from the end of speech to the first sound", () => {
  const measures = new Measures();
  measures.started(0);
  // A greeting answers nobody.
  measures.received(event("output_audio_buffer.started"), 50);
  measures.received(event("input_audio_buffer.speech_stopped"), 100);
  measures.received(event("output_audio_buffer.started"), 350);
  // A pause in the middle of a sentence is not its end.
  measures.received(event("input_audio_buffer.speech_stopped"), 1_000);
  measures.received(event("input_audio_buffer.speech_started"), 1_100);
  measures.received(event("input_audio_buffer.speech_stopped"), 2_000);
  measures.received(event("output_audio_buffer.started"), 2_400);
  measures.asked(3_000);
  measures.received(event("output_audio_buffer.started"), 3_600);
  assertEquals(measures.latencies.value, [250, 400, 600]);
  measures.started(5_000);
  assertEquals(measures.latencies.value, []);
});

Deno.test("usage adds up, and its cost where it is known", () => {
  const measures = new Measures();
  const used = { type: "usage", inputTokens: 10, cachedTokens: 4 } as const;
  measures.used({ ...used, outputTokens: 1, costUsd: 0.125 });
  measures.used({ ...used, outputTokens: 2, costUsd: 0.5 });
  measures.used({ ...used, outputTokens: 3, costUsd: 0.25 });
  assertEquals(measures.usage.value, {
    inputTokens: 30,
    cachedTokens: 12,
    outputTokens: 6,
    costUsd: 0.875,
  });
  measures.used({ ...used, outputTokens: 1 });
  assertEquals(measures.usage.value.costUsd, undefined, "it would be too low");
});
