import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { z } from "zod";
import { FakeClock, ScriptedLink, settle } from "parley/testing";
import { type Agent, defineAgent } from "../../lib/engine/agent.ts";
import { AgentLoop } from "../../lib/engine/agent_loop.ts";
import type { ConversationEvent } from "../../lib/engine/observer.ts";
import { defineTool, type Tool } from "../../lib/engine/tool.ts";
import { createLog } from "../../lib/log.ts";
import type { UnsentServerEvent } from "../../lib/realtime/events.ts";

const echo = defineTool({
  description: "Says it again",
  parameters: z.object({ words: z.string() }),
  execute: ({ words }) => words,
});

interface Setting {
  seesResponses?: boolean;
  /** What the agent that begins has beside its tools. */
  agent?: Partial<Agent>;
  /** Other agents. */
  others?: Record<string, Agent>;
}

/** A loop on a link that the test holds both ends of. */
function startLoop(
  tools: Record<string, Tool> = { echo },
  { seesResponses = true, agent = {}, others = {} }: Setting = {},
) {
  const clock = new FakeClock();
  const link = new ScriptedLink({ seesResponses });
  const observed: ConversationEvent[] = [];
  const lines: string[] = [];
  const ended: string[] = [];
  const loop = new AgentLoop({
    sessionId: "sess_1",
    agentName: "tester",
    company: {
      agents: new Map(Object.entries({
        tester: defineAgent({
          title: "Tester",
          instructions: "Test",
          tools: Object.keys(tools),
          ...agent,
        }),
        ...others,
      })),
      tools: new Map(Object.entries(tools)),
    },
    link,
    log: createLog({}, (line) => void lines.push(line)),
    toolTimeoutMs: 5000,
    clock,
    observers: [(event) => void observed.push(event)],
    guard: (reason) => void ended.push(reason),
  });
  const done = loop.run();
  const emit = (event: UnsentServerEvent) => {
    link.says(event);
    return settle();
  };
  const ofType = <Type extends ConversationEvent["type"]>(type: Type) =>
    observed.filter((event) => event.type === type) as Extract<
      ConversationEvent,
      { type: Type }
    >[];
  return {
    loop,
    link,
    clock,
    sent: link.sent,
    lines,
    ended,
    emit,
    ofType,
    statuses: () => ofType("tool").map(({ report }) => report.status),
    types: () => link.sent.splice(0).map(({ type }) => type),
    outputs: () =>
      link.sent.flatMap((event) =>
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
      await link.close();
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

Deno.test("approval: yes, no, no answer and an error in the predicate", async (test) => {
  let runs = 0;
  const pay = defineTool({
    description: "Pays",
    parameters: z.object({ amount: z.number() }),
    needsApproval: ({ amount }) => {
      if (amount < 0) throw new Error("Odd");
      return amount > 10;
    },
    execute: () => String(++runs),
  });
  const ask = async (amount: number) => {
    runs = 0;
    const run = startLoop({ pay });
    await run.responds();
    await run.call("pay", JSON.stringify({ amount }));
    await run.responded();
    return run;
  };
  await test.step("not needed", async () => {
    const run = await ask(5);
    assertEquals(run.outputs(), ["1"]);
    await run.end();
  });
  await test.step("approved", async () => {
    const run = await ask(50);
    assertEquals(run.statuses(), ["running", "awaiting_approval"]);
    assertEquals(run.outputs(), []);
    assertEquals(run.loop.approve("call_9", true), false);
    assertEquals(run.loop.approve("call_1", true), true);
    await settle();
    assertEquals(run.outputs(), ["1"]);
    await run.end();
  });
  await test.step("refused", async () => {
    const run = await ask(50);
    run.loop.approve("call_1", false);
    await settle();
    assertMatch(run.outputs()[0]!, /did not approve/);
    assertEquals(run.statuses().at(-1), "refused");
    assertEquals(runs, 0);
    await run.end();
  });
  await test.step("nobody answers", async () => {
    const run = await ask(50);
    await run.clock.advance(60_000);
    assertMatch(run.outputs()[0]!, /did not approve/);
    assertEquals(runs, 0);
    await run.end();
  });
  await test.step("the predicate throws", async () => {
    const run = await ask(-1);
    assertMatch(run.outputs()[0]!, /did not approve/);
    assertEquals(runs, 0);
    await run.end();
  });
  await test.step("the time to approve does not count for the tool", async () => {
    const run = await ask(50);
    await run.clock.advance(59_000);
    run.loop.approve("call_1", true);
    await settle();
    assertEquals(run.outputs(), ["1"]);
    await run.end();
  });
});

Deno.test("a slow tool says how far it is, and remembers for the next call", async () => {
  let finish = () => {};
  const search = defineTool({
    description: "Searches",
    parameters: z.object({}),
    execute: async (_, { progress, state }) => {
      const times = Number(state.get("times") ?? 0) + 1;
      state.set("times", times);
      progress("Still looking.");
      await new Promise<void>((resolve) => finish = resolve);
      return `Found, time ${times}`;
    },
  });
  const run = startLoop({ search });
  await run.responds();
  await run.call("search", "{}");
  assertEquals(run.ofType("tool").at(-1)!.report.progress, "Still looking.");
  assertEquals(run.types(), [], "the model is still busy with the call");
  await run.responded();
  const aside = run.sent.shift();
  assertObjectMatch(aside!, {
    type: "response.create",
    response: {
      instructions: 'Say exactly this and nothing else: "Still looking."',
      tool_choice: "none",
    },
  });
  finish();
  await settle();
  assertEquals(run.outputs(), ["Found, time 1"]);
  await run.responded();
  assertEquals(run.types(), ["conversation.item.create", "response.create"]);
  await run.responds();
  await run.call("search", "{}", "call_2");
  finish();
  await settle();
  assertEquals(run.outputs(), ["Found, time 2"]);
  await run.end();
});

Deno.test("a handoff makes the model another agent, with other tools", async () => {
  const run = startLoop({ echo }, {
    agent: { handoffs: ["helper"], tools: [] },
    others: {
      helper: defineAgent({
        title: "Helper",
        instructions: "Help",
        greeting: "What is it?",
        tools: ["echo"],
      }),
    },
  });
  await run.responds();
  await run.call("echo", '{"words":"no"}', "call_0");
  assertMatch(run.outputs()[0]!, /no tool 'echo'/, "it is not the tester's");
  run.types();
  await run.call("transfer_to_helper", "{}", "call_1");
  const update = run.sent.shift();
  assertObjectMatch(update!, {
    type: "session.update",
    session: { type: "realtime", instructions: "Help" },
  });
  assertEquals(
    update?.type === "session.update" && "tools" in update.session &&
      update.session.tools?.map((tool) => "name" in tool && tool.name),
    ["echo"],
  );
  assertEquals(run.outputs(), ["This is the Helper. What is it?"]);
  assertEquals(run.ofType("handoff"), [
    { type: "handoff", callId: "call_1", from: "tester", to: "helper" },
  ]);
  await run.responded();
  run.types();
  await run.call("echo", '{"words":"yes"}', "call_2");
  assertEquals(run.outputs(), ["yes"]);
  await run.call("transfer_to_helper", "{}", "call_3");
  assertMatch(run.outputs()[1]!, /no tool/, "the helper hands over to nobody");
  await run.end();
});

Deno.test("a guardrail stops an answer and has the model correct itself, once", async () => {
  const checked: string[] = [];
  const run = startLoop({}, {
    agent: {
      guardrails: [{
        name: "no prices",
        check: (text) => {
          checked.push(text);
          return text.includes("$") ? "it names a price" : undefined;
        },
      }],
    },
  });
  run.link.answers("It is lovely.");
  await settle();
  assertEquals(checked, ["It is lovely."]);
  assertEquals(run.types(), []);
  run.link.answers("It costs $5.");
  await settle();
  assertEquals(run.types(), ["response.cancel", "response.create"]);
  assertObjectMatch(run.ofType("guardrail")[0]!, {
    name: "no prices",
    reason: "it names a price",
  });
  assertEquals(run.ofType("guardrail").length, 1);
  await run.end();
});

Deno.test("a guardrail that throws is logged and stops nothing", async () => {
  const run = startLoop({}, {
    agent: {
      guardrails: [{
        name: "broken",
        check: () => {
          throw new Error("Oops");
        },
      }],
    },
  });
  run.link.answers("Hello.");
  await settle();
  assertEquals(run.types(), []);
  assertMatch(run.lines.join(), /A guardrail failed.*Oops/);
  await run.end();
});

Deno.test("a change of the session by somebody else is put back, the second ends it", async () => {
  const run = startLoop();
  const changed = () =>
    run.emit({ type: "session.updated", session: { type: "realtime" } });
  await changed();
  assertEquals(run.types(), ["session.update"]);
  await changed();
  assertEquals(run.types(), [], "that was the answer to ours");
  assertEquals(run.ended, []);
  await changed();
  assertEquals(run.ended, ["The session was changed from outside, twice"]);
  await run.end();
});

Deno.test("a change of ours that was refused is not waited for", async () => {
  const run = startLoop({}, {
    agent: { handoffs: ["other"] },
    others: { other: defineAgent({ title: "Other", instructions: "x" }) },
  });
  await run.call("transfer_to_other", "{}");
  const update = run.sent.find(({ type }) => type === "session.update")!;
  await run.emit({
    type: "error",
    error: {
      type: "invalid_request_error",
      code: "invalid_value",
      message: "No",
      event_id: update.event_id,
    },
  });
  run.types();
  await run.emit({ type: "session.updated", session: { type: "realtime" } });
  assertEquals(run.types(), ["session.update"], "this one was not ours");
  await run.end();
});

Deno.test("observers see turns, latency and all that goes over the link", async () => {
  const run = startLoop();
  await run.emit({
    type: "input_audio_buffer.speech_stopped",
    audio_end_ms: 0,
    item_id: "u",
  });
  await run.clock.advance(250);
  await run.emit({ type: "output_audio_buffer.started", response_id: "r" });
  run.link.answers("Hello there");
  await settle();
  assertEquals(run.ofType("latency"), [{ type: "latency", ms: 250 }]);
  assertObjectMatch(run.ofType("turn")[0]!, {
    turn: { role: "assistant", text: "Hello there", status: "complete" },
  });
  assertEquals(run.ofType("turn").length, 1);
  assertEquals(run.ofType("received").length > 5, true);
  await run.end();
  assertEquals(run.ofType("started").length, 1);
  assertEquals(run.ofType("ended").length, 1);
});

Deno.test("an observer that throws disturbs nothing", async () => {
  const run = startLoop({ echo }, {
    agent: {
      tools: ["echo"],
      observers: [
        () => {
          throw new Error("Oops");
        },
        () => Promise.reject(new Error("Later oops")),
      ],
    },
  });
  await run.call("echo", '{"words":"hello"}');
  assertEquals(run.outputs(), ["hello"]);
  assertMatch(run.lines.join(), /An observer failed.*Oops/);
  assertMatch(run.lines.join(), /Later oops/);
  await run.end();
});
