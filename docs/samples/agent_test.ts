import { assertMatch } from "@std/assert";
import { ScriptedLink } from "parley/testing";
import { AgentLoop } from "../../lib/engine/agent_loop.ts";
import { createLog } from "../../lib/log.ts";
import reception from "./agents/reception.ts";
import rollDice from "./tools/roll_dice.ts";

Deno.test("the reception rolls a die and says what came of it", async () => {
  const model = new ScriptedLink();
  const loop = new AgentLoop({
    sessionId: "sess_1",
    agentName: "reception",
    company: {
      agents: new Map([["reception", reception]]),
      tools: new Map([["roll_dice", rollDice]]),
    },
    link: model,
    model: "gpt-realtime-2.1",
    log: createLog({}, () => {}),
    toolTimeoutMs: 5_000,
  });
  const over = loop.run();

  const [callId] = model.calls(["roll_dice", {}]);
  assertMatch(await model.output(callId), /^You rolled a [1-6]\.$/);
  await model.expect("response.create");

  await model.close();
  await over;
});
