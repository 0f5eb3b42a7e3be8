import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { z } from "zod";
import { settle } from "parley/testing";
import { defineTool } from "../../lib/engine/tool.ts";
import { startLoop } from "./loop.ts";

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
