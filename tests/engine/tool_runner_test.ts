import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "parley/testing";
import { z } from "zod";
import { defineTool, type ToolContext } from "../../lib/engine/tool.ts";
import { runTool } from "../../lib/engine/tool_runner.ts";
import { toolContext } from "../support/tool_context.ts";

/** A call of a tool that does this, with a second for it. */
function start(execute: (context: ToolContext) => unknown) {
  const clock = new FakeClock();
  const { sessionId, agent, log, state } = toolContext();
  const tool = defineTool({
    description: "Does what a test wants",
    parameters: z.object({}),
    execute: (_, context) => execute(context),
  });
  const run = runTool({ callId: "call_1", name: "tool", arguments: "" }, {
    tools: new Map([["tool", tool]]),
    sessionId,
    agent,
    log,
    state,
    timeoutMs: 1_000,
    approve: () => Promise.resolve(true),
    progress: () => {},
    clock,
  });
  return { clock, run };
}

Deno.test("a timer runs for a tool that takes its time, and for no other", async () => {
  const quick = start(() => "done");
  await settle();
  assertEquals(quick.clock.pending, 0);
  assertEquals((await quick.run.result).output, "done");

  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = start(() => promise);
  await settle();
  assertEquals(slow.clock.pending, 1);
  resolve("done at last");
  assertEquals((await slow.run.result).output, "done at last");
  assertEquals(slow.clock.pending, 0);
});

Deno.test("a tool that asks for its signal late finds it has fired", async () => {
  const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
  const reasons: unknown[] = [];
  const { clock, run } = start(async (context) => {
    await woken;
    reasons.push(context.signal.reason.name);
  });
  await clock.advance(1_000);
  assertEquals((await run.result).status, "timed_out");
  wake();
  await settle();
  assertEquals(reasons, ["TimeoutError"]);
});

Deno.test("a call is cancelled once, and not after its end", async () => {
  const reason = new Error("over");
  const endless = start(() => new Promise(() => {}));
  await settle();
  endless.run.cancel(reason);
  endless.run.cancel(reason);
  const { status, output } = await endless.run.result;
  assertEquals([status, output], [
    "cancelled",
    '{"error":"The session has ended"}',
  ]);
  assertEquals(endless.clock.pending, 0);

  let signal: AbortSignal | undefined;
  const quick = start((context) => void (signal = context.signal));
  assertEquals((await quick.run.result).status, "completed");
  quick.run.cancel(reason);
  assertEquals(signal?.aborted, false);
});
