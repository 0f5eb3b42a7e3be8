import {
  examplesOf,
  phrasesOf,
  type SpokenExample,
} from "../../realtime/examples.ts";
import type { SessionConfig } from "../../realtime/events.ts";

/** A function the session offers, as far as the brain can use it. */
export interface Ability {
  name: string;
  /** What it does: the first line of its description. */
  summary: string;
  /** What a person may say to use it; `{slot}` stands for a parameter. */
  phrases: string[];
  /** Known values of each parameter, from its `examples` and `enum`. */
  slots: Record<string, string[]>;
}

/** All that the brain has to go by: read from the session, nothing else. */
export interface Abilities {
  functions: Ability[];
  answers: SpokenExample[];
}

/** What this session lets its agent do. */
export function abilitiesOf(
  session: Pick<SessionConfig, "instructions" | "tools">,
): Abilities {
  const functions = (session.tools ?? []).flatMap((tool): Ability[] => {
    if (tool.type !== "function" || !("name" in tool) || !tool.name) return [];
    const description = tool.description ?? "";
    return [{
      name: tool.name,
      summary: description.split("\n")[0] ?? "",
      phrases: phrasesOf(description),
      slots: slotsOf(tool.parameters),
    }];
  });
  return { functions, answers: examplesOf(session.instructions ?? "") };
}

/** Every phrase of the session and the slots' values, as hearing wants them. */
export function vocabularyOf(
  { functions, answers }: Abilities,
): { phrases: string[]; slots: Record<string, string[]> } {
  const slots: Record<string, string[]> = {};
  for (const ability of functions) {
    for (const [slot, values] of Object.entries(ability.slots)) {
      slots[slot] = [...new Set([...slots[slot] ?? [], ...values])];
    }
  }
  const phrases = [
    ...functions.flatMap((ability) => ability.phrases),
    ...answers.map((answer) => answer.phrase),
  ];
  return { phrases: [...new Set(phrases)], slots };
}

function slotsOf(parameters: unknown): Record<string, string[]> {
  const properties = record(record(parameters)?.properties) ?? {};
  const slots: Record<string, string[]> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const { examples, enum: choices } = record(schema) ?? {};
    const values = [examples, choices].flatMap((list) =>
      Array.isArray(list) ? list.map(String) : []
    );
    if (values.length > 0) slots[name] = values;
  }
  return slots;
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null
    ? value as Record<string, unknown>
    : undefined;
}
