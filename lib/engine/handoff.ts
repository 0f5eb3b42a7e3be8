import type { RealtimeFunctionTool } from "../realtime/events.ts";
import { describeWithPhrases } from "../realtime/examples.ts";
import type { Agent } from "./agent.ts";

const PREFIX = "transfer_to_";

/** The function by which a model hands the conversation over to an agent. */
export function handoffTool(name: string, agent: Agent): RealtimeFunctionTool {
  const title = agent.title.toLowerCase();
  return {
    type: "function",
    name: PREFIX + name,
    description: describeWithPhrases(
      `Hand the conversation over to ${agent.title}. ${agent.description ?? ""}`
        .trim(),
      [
        ...agent.handoffPhrases ?? [],
        `I want to talk to the ${title}`,
        `let me talk to the ${title}`,
      ],
    ),
    parameters: { type: "object", properties: {} },
  };
}

/** The agent that a function hands over to; undefined for any other function. */
export function handoffTarget(functionName: string): string | undefined {
  return functionName.startsWith(PREFIX)
    ? functionName.slice(PREFIX.length)
    : undefined;
}
