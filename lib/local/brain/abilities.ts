import {
  examplesOf,
  phrasesOf,
  type SpokenExample,
} from "../../realtime/examples.ts";
import type { SessionConfig } from "../../realtime/events.ts";
import { LONGEST_SAID } from "./match.ts";

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

/** As many phrases can a session have; each is compared with all that is said. */
const MOST_PHRASES = 1000;

/** What this session lets its agent do. */
export function abilitiesOf(
  session: Pick<SessionConfig, "instructions" | "tools">,
): Abilities {
  let left = MOST_PHRASES;
  const functions = (session.tools ?? []).flatMap((tool): Ability[] => {
    if (tool.type !== "function" || !("name" in tool) || !tool.name) return [];
    const description = tool.description ?? "";
    const phrases = phrasesOf(description).filter(isSayable).slice(0, left);
    left -= phrases.length;
    return [{
      name: tool.name,
      summary: description.split("\n")[0] ?? "",
      phrases,
      slots: slotsOf(tool.parameters),
    }];
  });
  const answers = examplesOf(session.instructions ?? "")
    .filter(({ phrase }) => isSayable(phrase)).slice(0, left);
  return { functions, answers };
}

/** Every phrase of the session and the slots' values, as hearing wants them. */
export function vocabularyOf(
  { functions, answers }: Abilities,
): { phrases: string[]; slots: Record<string, string[]> } {
  // No object yet: a slot may be called "constructor".
  const slots = new Map<string, string[]>();
  for (const ability of functions) {
    for (const [slot, values] of Object.entries(ability.slots)) {
      slots.set(slot, [...new Set([...slots.get(slot) ?? [], ...values])]);
    }
  }
  const phrases = [
    ...functions.flatMap((ability) => ability.phrases),
    ...answers.map((answer) => answer.phrase),
  ];
  return { phrases: [...new Set(phrases)], slots: Object.fromEntries(slots) };
}

function slotsOf(parameters: unknown): Record<string, string[]> {
  const properties = record(record(parameters)?.properties) ?? {};
  const slots = Object.entries(properties).map(([name, schema]) => {
    const { examples, enum: choices } = record(schema) ?? {};
    const values = [examples, choices].flatMap((list) =>
      Array.isArray(list)
        ? list.filter(isScalar).map(String).filter(isSayable)
        : []
    );
    return [name, values] as const;
  });
  return Object.fromEntries(slots.filter(([, values]) => values.length > 0));
}

/** Whether somebody may say this in one breath. */
function isSayable(text: string): boolean {
  return text.trim() !== "" && text.length <= LONGEST_SAID;
}

/** Lists and objects can't be said, and not all of them can be written out. */
function isScalar(value: unknown): boolean {
  return typeof value !== "object";
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null
    ? value as Record<string, unknown>
    : undefined;
}
