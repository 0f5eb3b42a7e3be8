import type { SpokenExample } from "../realtime/examples.ts";
import type { Guardrail } from "./guardrail.ts";
import type { Observer } from "./observer.ts";

export interface AgentDefinition {
  /** The name people see, such as "Weather Bot". */
  title: string;
  /** One sentence on what it is for, shown where agents are chosen. */
  description?: string;
  /** What the model is told about its role. */
  instructions: string;
  /** What it says first, before the person has spoken; silent if left out. */
  greeting?: string;
  /** One of the model's voices; `REALTIME_VOICE` if left out. */
  voice?: string;
  /** Names of the tools it may call: files in `lib/tools/`. */
  tools?: string[];
  /** Names of the agents it may hand the conversation over to. */
  handoffs?: string[];
  /** How people ask for this agent when they talk to another one. */
  handoffPhrases?: string[];
  /** Checks on what it says. */
  guardrails?: Guardrail[];
  /** Watch its conversations. */
  observers?: Observer[];
  /** Small talk: what people may say, and the answer. */
  examples?: SpokenExample[];
}

const BRAND = Symbol.for("parley.agent");

/** An agent as {@link defineAgent} made it. */
export type Agent = AgentDefinition & { readonly [BRAND]: true };

/**
 * Declares an agent. The module's default export is the agent; the file's name
 * is the agent's name.
 *
 * @throws {TypeError} naming the field that is wrong.
 */
export function defineAgent(definition: AgentDefinition): Agent {
  for (const field of ["title", "instructions"] as const) {
    if (
      typeof definition[field] !== "string" || definition[field].trim() === ""
    ) {
      throw new TypeError(`An agent needs ${field}: a non-empty string`);
    }
  }
  for (
    const [field, list] of Object.entries({
      tools: definition.tools,
      handoffs: definition.handoffs,
      handoffPhrases: definition.handoffPhrases,
    })
  ) {
    if (
      list !== undefined &&
      !(Array.isArray(list) && list.every((name) => typeof name === "string"))
    ) {
      throw new TypeError(`An agent's ${field} are a list of strings`);
    }
  }
  for (const guardrail of definition.guardrails ?? []) {
    if (!guardrail.name || typeof guardrail.check !== "function") {
      throw new TypeError("An agent's guardrails have a name and a check");
    }
  }
  return { ...definition, [BRAND]: true } as Agent;
}

/** Whether a module's export came from {@link defineAgent}. */
export function isAgent(value: unknown): value is Agent {
  return typeof value === "object" && value !== null && BRAND in value;
}
