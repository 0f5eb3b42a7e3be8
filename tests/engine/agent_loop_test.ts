import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { defineAgent } from "../../lib/engine/agent.ts";
import { AgentLoop, type ToolReport } from "../../lib/engine/agent_loop.ts";
import { defineTool, type Tool } from "../../lib/engine/tool.ts";
import { createLog } from "../../lib/log.ts";
import { EventQueue } from "../../lib/realtime/event_queue.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  UnsentServerEvent,
} from "../../lib/realtime/events.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";

const echo = defineTool({
  description: "Says it again",
  parameters: z.object({ words: z.string() }),
  execute: ({ words }) => words,
});

/** A loop on a link that the test holds both ends of. */
function startLoop(
  tools: Record<string, Tool> = { echo },
  { seesResponses = true, greeting = undefined as string | undefined } = {},
) {
  const clock = new FakeClock();
  const events = new EventQueue<RealtimeServerEvent>();
  const sent: RealtimeClientEvent[] = [];
  const reports: ToolReport[] = [];
  const errors: string[] = [];
  const lines: string[] = [];
  const loop = new AgentLoop({
    sessionId: "sess_1",
    agentName: "tester",
    agent: defineAgent({ title: "Tester", instructions: "Test", greeting }),
    tools: new Map(Object.entries(tools)),
    link: {
      events,
      seesResponses,
      send: (event) => void sent.push(event),
      close: () => Promise.resolve(events.end()),
    },
    log: createLog({}, (line) => void lines.push(line)),
    toolTimeoutMs: 5000,
    clock,
    onTool: (report) => void reports.push(report),
    onError: (error) => void errors.push(error.message),
  });
  const done = loop.run();
  const emit = (event: UnsentServerEvent) => {
    events.push({ ...event, event_id: "event_x" } as RealtimeServerEvent);
    return settle();
  };
  return {
    loop,
    clock,
    sent,
    reports,
    errors,
    lines,
    emit,
    types: () => sent.splice(0).map(({ type }) => type),
    outputs: () =>
      sent.flatMap((event) =>
        event.type === "conversation.item.create" &&
          event.item.type === "function_call_output"
          ? [event.item.output]
          : []
      ),
    call: (name: string, args: string, call_id = "call_1") =>
      emit({
        type: "response.function_call_arguments.done",
        call_id,
        name,
        arguments: args,
        item_id: `item_${call_id}`,
        response_id: "resp_1",
        output_index: 0,
      }),
    responds: () => emit({ type: "response.created", response: {} }),
    responded: () =>
      emit({ type: "response.done", response: { status: "completed" } }),
    async end() {
      events.end();
      await done;
      assertEquals(clock.pending, 0, "no timer is left");
    },
  };
}

Deno.test("a call's output goes back, and one response is asked for after it is done", async () => {
  const run = startLoop();
  await run.responds();
  await run.call("echo", '{"words":"hello"}');
  assertEquals(run.outputs(), ["hello"]);
  assertEquals(run.types(), ["conversation.item.create"]);
  await run.responded();
  assertEquals(run.types(), ["response.create"]);
  assertEquals(run.reports.map(({ status }) => status), [
    "running",
    "completed",
  ]);
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
  assertEquals(run.reports.at(-1)?.status, "cancelled");
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
  const run = startLoop({}, { greeting: "Hello" });
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
  assertEquals(run.errors, [], "a race is no error");
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

Deno.test("an error of the model's peer is passed on, and logged", async () => {
  const run = startLoop();
  await run.emit({
    type: "error",
    error: { type: "server_error", code: "oops", message: "It broke" },
  });
  assertEquals(run.errors, ["It broke"]);
  assertStringIncludes(run.lines.join(), "oops");
  await run.end();
});
