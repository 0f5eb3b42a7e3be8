import { assertEquals, assertThrows } from "@std/assert";
import { defineAgent, defineTool } from "parley";
import { z } from "zod";
import { ActiveAgent } from "../../lib/engine/active_agent.ts";

const tool = defineTool({
  description: "Says the time",
  parameters: z.object({}),
  execute: () => "noon",
});

const company = {
  agents: new Map([
    [
      "porter",
      defineAgent({
        title: "Porter",
        instructions: "Show the way.",
        tools: ["clock", "no_such_tool"],
        handoffs: ["cook", "nobody"],
      }),
    ],
    ["cook", defineAgent({ title: "Cook", instructions: "Cook." })],
  ]),
  tools: new Map([["clock", tool]]),
};

Deno.test("a handoff changes the agent, its tools and what the model is told", () => {
  const active = new ActiveAgent("porter", company);
  assertEquals([...active.tools.keys()], ["clock"]);
  assertEquals(active.handsOverTo("transfer_to_cook"), "cook");
  assertEquals(active.role.instructions, "Show the way.");
  active.become("cook");
  assertEquals([active.name, active.agent.title], ["cook", "Cook"]);
  assertEquals([...active.tools.keys()], []);
  assertEquals(active.role.instructions, "Cook.");
  // The cook hands over to nobody.
  assertEquals(active.handsOverTo("transfer_to_cook"), undefined);
  assertEquals(active.handsOverTo("transfer_to_porter"), undefined);
});

Deno.test("only to whom the agent names and the company has is handed over", () => {
  const active = new ActiveAgent("porter", company);
  for (
    const name of ["clock", "transfer_to_nobody", "transfer_to_porter", ""]
  ) {
    assertEquals(active.handsOverTo(name), undefined, name);
  }
});

Deno.test("an agent that is not in the company is refused by its name, and nothing changes", () => {
  const active = new ActiveAgent("porter", company);
  const become = () => active.become("nobody");
  assertThrows(become, Error, "There is no agent 'nobody'");
  assertEquals([active.name, active.agent.title], ["porter", "Porter"]);
  const begin = () => new ActiveAgent("waiter", company);
  assertThrows(begin, Error, "There is no agent 'waiter'");
});
