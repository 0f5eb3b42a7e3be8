import { assertEquals } from "@std/assert";
import { settle } from "parley/testing";
import { startLoop } from "./loop.ts";

const USAGE = {
  input_tokens: 100,
  output_tokens: 50,
  input_token_details: { text_tokens: 0, audio_tokens: 100, cached_tokens: 0 },
  output_token_details: { text_tokens: 0, audio_tokens: 50 },
};

Deno.test("each answer's usage is told with what it cost, where that is known", async (test) => {
  for (
    const [model, costUsd] of [
      ["gpt-realtime-2.1", 0.0064],
      ["parley-local", 0],
      ["a-deployment", undefined],
    ] as const
  ) {
    await test.step(model, async () => {
      const run = startLoop({}, { model });
      await run.emit({
        type: "response.done",
        response: { status: "completed", usage: USAGE },
      });
      const [told] = run.ofType("usage");
      assertEquals(told?.usage, USAGE);
      assertEquals(told?.costUsd, costUsd);
      await run.end();
    });
  }
});

Deno.test("an answer that was cut is told again when it is known how much of it was heard", async () => {
  const run = startLoop();
  run.link.answers("A long story");
  await settle();
  const { turn } = run.ofType("turn")[0]!;
  await run.emit({
    type: "conversation.item.truncated",
    item_id: turn.id,
    content_index: 0,
    audio_end_ms: 400,
  });
  assertEquals(
    run.ofType("turn").map(({ turn: { status, heard } }) => [status, heard]),
    [["complete", undefined], ["interrupted", 6]],
  );
  await run.end();
});
