import { assertEquals } from "@std/assert";
import { z } from "zod";
import { FakeClock, ScriptedLink, settle } from "parley/testing";
import { type Agent, defineAgent } from "../../lib/engine/agent.ts";
import { AgentLoop } from "../../lib/engine/agent_loop.ts";
import type { ConversationEvent } from "../../lib/engine/observer.ts";
import { defineTool, type Tool } from "../../lib/engine/tool.ts";
import type { TurnTaking } from "../../lib/engine/turn_taking.ts";
import { createLog } from "../../lib/log.ts";
import type { UnsentServerEvent } from "../../lib/realtime/events.ts";

/** A tool that says its words again. */
export const echo = defineTool({
  description: "Says it again",
  parameters: z.object({ words: z.string() }),
  execute: ({ words }) => words,
});

/** What a loop is tried with. */
export interface Setting {
  seesResponses?: boolean;
  /** What the agent that begins has beside its tools. */
  agent?: Partial<Agent>;
  /** Other agents. */
  others?: Record<string, Agent>;
  model?: string;
  turnTaking?: TurnTaking;
}

/** A loop on a link that the test holds both ends of. */
export function startLoop(
  tools: Record<string, Tool> = { echo },
  {
    seesResponses = true,
    agent = {},
    others = {},
    model = "gpt-realtime-2.1",
    turnTaking,
  }: Setting = {},
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
    model,
    turnTaking,
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
