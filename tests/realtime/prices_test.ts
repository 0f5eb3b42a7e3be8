import { assertEquals } from "@std/assert";
import type { RealtimeResponseUsage } from "../../lib/realtime/events.ts";
import { costOf } from "../../lib/realtime/prices.ts";

const MILLION = 1_000_000;

const usage = (
  input: RealtimeResponseUsage["input_token_details"],
  output: RealtimeResponseUsage["output_token_details"] = {},
): RealtimeResponseUsage => ({
  input_token_details: input,
  output_token_details: output,
});

Deno.test("each kind of token has its price", async (test) => {
  for (
    const [name, used, dollars] of [
      ["text in", usage({ text_tokens: MILLION }), 4],
      ["sound in", usage({ audio_tokens: MILLION }), 32],
      ["text out", usage({}, { text_tokens: MILLION }), 24],
      ["sound out", usage({}, { audio_tokens: MILLION }), 64],
      [
        "text out of the cache",
        usage({
          text_tokens: MILLION,
          cached_tokens: MILLION,
          cached_tokens_details: { text_tokens: MILLION, audio_tokens: 0 },
        }),
        0.4,
      ],
      [
        "half of the sound out of the cache",
        usage({
          audio_tokens: 2 * MILLION,
          cached_tokens: MILLION,
          cached_tokens_details: { text_tokens: 0, audio_tokens: MILLION },
        }),
        32.4,
      ],
      [
        "a cache that does not say of which kind",
        usage({
          text_tokens: MILLION,
          audio_tokens: MILLION,
          cached_tokens: MILLION + MILLION / 2,
        }),
        16.6,
      ],
    ] as const
  ) {
    await test.step(name, () => {
      assertEquals(costOf("gpt-realtime-2.1", used), dollars);
    });
  }
});

Deno.test("each model has its price, and so have its snapshots", async (test) => {
  const used = usage(
    { text_tokens: MILLION, audio_tokens: MILLION },
    { text_tokens: MILLION, audio_tokens: MILLION },
  );
  for (
    const [model, dollars] of [
      ["gpt-realtime-2.1", 124],
      ["gpt-realtime-2", 124],
      ["gpt-realtime-1.5", 116],
      ["gpt-realtime", 116],
      ["gpt-realtime-2025-08-28", 116],
      ["gpt-realtime-2.1-mini", 33],
      ["gpt-realtime-mini-2025-12-15", 33],
      ["parley-local", 0],
    ] as const
  ) {
    await test.step(model, () => {
      assertEquals(costOf(model, used), dollars);
    });
  }
});

Deno.test("what is not known has no price", () => {
  const used = usage({ text_tokens: 1 });
  for (
    const model of ["my-deployment", "gpt-realtime-9", "", "constructor"]
  ) assertEquals(costOf(model, used), undefined);
  assertEquals(
    costOf("gpt-realtime-2.1", { input_tokens: 100, output_tokens: 10 }),
    undefined,
    "sound and text cost too different sums",
  );
});
