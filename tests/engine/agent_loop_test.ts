import { assertEquals, assertMatch } from "@std/assert";
import { z } from "zod";
import { settle } from "parley/testing";
import { defineTool } from "../../lib/engine/tool.ts";
import { echo, startLoop } from "./loop.ts";

Deno.test("a call's output goes back, and one response is asked for after it is done", async () => {
  const run = startLoop();
  await run.responds();
  await run.call("echo", '{"words":"hello"}');
  assertEquals(run.outputs(), ["hello"]);
  assertEquals(run.types(), ["conversation.item.create"]);
  await run.responded();
  assertEquals(run.types(), ["response.create"]);
  assertEquals(run.statuses(), ["running", "completed"]);
  await run.end();
});

Deno.test("two calls run side by side and share one response", async () => {
  const gates: (() => void)[] = [];
  const wait = defineTool({
    description: "Waits",
    parameters: z.object({}),
    execute: () => new Promise((resolve) => gates.push(() => resolve("ok"))),
  });
  const run = startLoop({ wait });
  await run.responds();
  await run.call("wait", "{}", "call_1");
  await run.call("wait", "{}", "call_2");
  await run.responded();
  assertEquals(gates.length, 2, "both are running");
  gates[1]!();
  await settle();
  assertEquals(run.types(), ["conversation.item.create"]);
  gates[0]!();
  await settle();
  assertEquals(run.types(), ["conversation.item.create", "response.create"]);
  await run.end();
});

Deno.test("whatever happens to a call, the model gets one output and the loop lives", async (test) => {
  const tools = {
    echo,
    broken: defineTool({
      description: "Throws",
      parameters: z.object({}),
      execute: () => {
        throw new Error("The disk is full");
      },
    }),
    odd: defineTool({
      description: "Throws something odd",
      parameters: z.object({}),
      execute: () => Promise.reject("just a string"),
    }),
    huge: defineTool({
      description: "Returns 10 MB",
      parameters: z.object({}),
      execute: () => "x".repeat(10 * 1024 * 1024),
    }),
    silent: defineTool({
      description: "Returns nothing",
      parameters: z.object({}),
      execute: () => {},
    }),
  };
  const table: [string, string, string, RegExp][] = [
    ["an unknown tool", "nothing", "{}", /no tool 'nothing'.*echo, broken/],
    ["no JSON", "echo", '{"words":', /are no JSON/],
    ["missing argument", "echo", "{}", /do not fit.*words/s],
    ["wrong type", "echo", '{"words":5}', /expected string/],
    ["a tool that throws", "broken", "{}", /The disk is full/],
    ["a tool that throws a string", "odd", "{}", /just a string/],
    [
      "a tool that returns 10 MB",
      "huge",
      "{}",
      /^x{16000}\n\[Cut: the output was 10469760 characters longer\]$/,
    ],
    ["a tool that returns nothing", "silent", "", /^$/],
  ];
  for (const [name, tool, args, output] of table) {
    await test.step(name, async () => {
      const run = startLoop(tools);
      await run.responds();
      await run.call(tool, args);
      await run.responded();
      assertEquals(run.outputs().length, 1);
      assertMatch(run.outputs()[0]!, output);
      run.types();
      await run.responds();
      await run.call("echo", '{"words":"still here"}', "call_2");
      await run.responded();
      assertEquals(run.outputs(), ["still here"]);
      await run.end();
    });
  }
});

Deno.test("a tool that never ends is given up at its limit, and told so", async () => {
  let aborted = "";
  const endless = defineTool({
    description: "Never ends",
    parameters: z.object({}),
    timeoutMs: 1000,
    execute: (_, { signal }) =>
      new Promise(() =>
        signal.addEventListener("abort", () => aborted = signal.reason.name)
      ),
  });
  const run = startLoop({ endless });
  await run.responds();
  await run.call("endless", "{}");
  await run.responded();
  await run.clock.advance(999);
  assertEquals(run.outputs(), []);
  await run.clock.advance(1);
  assertEquals(run.outputs(), [
    '{"error":"The tool gave no answer within 1 s"}',
  ]);
  assertEquals(aborted, "TimeoutError");
  assertEquals(run.types().at(-1), "response.create");
  await run.end();
});

Deno.test("the end of a session stops its tools, and nothing is sent any more", async () => {
  let reason = "";
  const endless = defineTool({
    description: "Never ends",
    parameters: z.object({}),
    execute: (_, { signal }) =>
      new Promise(() =>
        signal.addEventListener("abort", () => reason = signal.reason.message)
      ),
  });
  const run = startLoop({ endless });
  await run.call("endless", "{}");
  await run.end();
  await settle();
  assertEquals(reason, "The session ended");
  assertEquals(run.sent, []);
  assertEquals(run.statuses().at(-1), "cancelled");
});

Deno.test("a call that is reported twice runs once", async () => {
  let runs = 0;
  const count = defineTool({
    description: "Counts",
    parameters: z.object({}),
    execute: () => String(++runs),
  });
  const run = startLoop({ count });
  await run.call("count", "{}", "call_1");
  await run.call("count", "{}", "call_1");
  assertEquals(run.outputs(), ["1"]);
  await run.end();
});

Deno.test("a response that somebody else began is waited for", async () => {
  const run = startLoop({}, { agent: { greeting: "Hello" } });
  run.loop.greet();
  assertEquals(run.types(), ["response.create"]);
  await run.emit({
    type: "error",
    error: {
      type: "invalid_request_error",
      code: "conversation_already_has_active_response",
      message: "Busy",
    },
  });
  assertEquals(run.types(), []);
  assertEquals(run.ofType("error"), [], "a race is no error");
  await run.responded();
  assertEquals(run.types(), ["response.create"]);
  await run.end();
});

Deno.test("typing interrupts, and is answered when the old response is over", async () => {
  const run = startLoop();
  await run.responds();
  await run.emit({ type: "output_audio_buffer.started", response_id: "r" });
  run.loop.text("Stop, tell me something else");
  assertEquals(run.types(), [
    "response.cancel",
    "output_audio_buffer.clear",
    "conversation.item.create",
  ]);
  await run.responded();
  assertEquals(run.types(), ["response.create"]);
  await run.end();
});

Deno.test("where responses can't be seen, one is asked for when no further call came", async () => {
  const run = startLoop({ echo }, { seesResponses: false });
  await run.call("echo", '{"words":"a"}', "call_1");
  await run.clock.advance(100);
  await run.call("echo", '{"words":"b"}', "call_2");
  assertEquals(run.types(), [
    "conversation.item.create",
    "conversation.item.create",
  ]);
  await run.clock.advance(1000);
  assertEquals(run.types(), ["response.create"]);
  await run.end();
});

Deno.test("an error of the model's peer is passed on", async () => {
  const run = startLoop();
  await run.emit({
    type: "error",
    error: { type: "server_error", code: "oops", message: "It broke" },
  });
  assertEquals(run.ofType("error"), [
    { type: "error", code: "oops", message: "It broke" },
  ]);
  await run.end();
});

Deno.test("a result that comes after an interruption is still given, and answered", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = defineTool({
    description: "Slow",
    parameters: z.object({}),
    execute: () => promise,
  });
  const run = startLoop({ slow });
  await run.responds();
  await run.call("slow", "{}");
  await run.responded();
  // The person speaks meanwhile, and the model answers them first.
  await run.responds();
  resolve("late");
  await settle();
  assertEquals(run.outputs(), ["late"]);
  assertEquals(run.types(), ["conversation.item.create"]);
  await run.emit({ type: "response.done", response: { status: "cancelled" } });
  assertEquals(run.types(), ["response.create"]);
  await run.end();
});

Deno.test("a response that failed is told, and the session answers the next question", async () => {
  const run = startLoop();
  await run.responds();
  await run.emit({
    type: "response.done",
    response: {
      status: "failed",
      status_details: {
        type: "failed",
        error: { code: "server_error", message: "Out of order" },
      },
    },
  });
  assertEquals(run.ofType("error"), [
    { type: "error", code: "server_error", message: "Out of order" },
  ]);
  run.loop.text("Again?");
  assertEquals(run.types(), ["conversation.item.create", "response.create"]);
  await run.end();
});
