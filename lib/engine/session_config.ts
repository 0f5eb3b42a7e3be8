import { z } from "zod";
import type {
  RealtimeFunctionTool,
  SessionConfig,
} from "../realtime/events.ts";
import {
  describeWithPhrases,
  instructWithExamples,
} from "../realtime/examples.ts";
import type { Agent } from "./agent.ts";
import { handoffTool } from "./handoff.ts";
import type { Tool } from "./tool.ts";
import {
  OPEN_MICROPHONE,
  turnDetectionOf,
  type TurnTaking,
} from "./turn_taking.ts";

/** What the model hears with, where the provider has more than one. */
const TRANSCRIPTION_MODEL = "gpt-transcribe";

/** What a session takes from the configuration of the server. */
export interface SessionDefaults {
  model: string;
  voice: string;
}

/** What of a catalog a session is made from. */
export interface Company {
  agents: ReadonlyMap<string, Agent>;
  tools: ReadonlyMap<string, Tool>;
}

/** The tools that an agent may call, by name. */
export function toolsOf(agent: Agent, { tools }: Company): Map<string, Tool> {
  return new Map(
    (agent.tools ?? []).flatMap((name) => {
      const tool = tools.get(name);
      return tool === undefined ? [] : [[name, tool] as const];
    }),
  );
}

/** The part of a session that makes a model this agent; all that a handoff changes. */
export function roleOf(
  agent: Agent,
  company: Company,
): Pick<SessionConfig, "instructions" | "tools" | "tool_choice"> {
  return {
    instructions: instructWithExamples(
      agent.instructions,
      agent.examples ?? [],
    ),
    tools: [
      ...[...toolsOf(agent, company)].map(([name, tool]) =>
        functionTool(name, tool)
      ),
      ...(agent.handoffs ?? []).flatMap((name) => {
        const other = company.agents.get(name);
        return other === undefined ? [] : [handoffTool(name, other)];
      }),
    ],
    tool_choice: "auto",
  };
}

/** The session object that makes a model this agent. */
export function sessionConfigOf(
  agent: Agent,
  company: Company,
  defaults: SessionDefaults,
  turnTaking: TurnTaking = OPEN_MICROPHONE,
): SessionConfig {
  return {
    type: "realtime",
    model: defaults.model,
    ...roleOf(agent, company),
    output_modalities: ["audio"],
    audio: {
      input: {
        transcription: { model: TRANSCRIPTION_MODEL },
        turn_detection: turnDetectionOf(turnTaking),
      },
      output: { voice: agent.voice ?? defaults.voice },
    },
  };
}

function functionTool(name: string, tool: Tool): RealtimeFunctionTool {
  const { $schema: _, ...parameters } = z.toJSONSchema(tool.parameters, {
    io: "input",
  });
  const { phrases = [], ...values } = tool.examples ?? {};
  const properties = parameters.properties ?? {};
  for (const [parameter, examples] of Object.entries(values)) {
    const property = properties[parameter];
    if (typeof property === "object") {
      properties[parameter] = { ...property, examples };
    }
  }
  return {
    type: "function",
    name,
    description: describeWithPhrases(tool.description, phrases),
    parameters,
  };
}
