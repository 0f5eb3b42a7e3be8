import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { settle } from "parley/testing";
import { defineAgent } from "../../lib/engine/agent.ts";
import { echo, startLoop } from "./loop.ts";

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
