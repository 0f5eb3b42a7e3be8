import type { ConversationItem, SessionConfig } from "../../realtime/events.ts";
import { wordsToSay } from "../../realtime/examples.ts";
import { type Abilities, abilitiesOf } from "./abilities.ts";
import { LONGEST_SAID, matchPhrase } from "./match.ts";
import { sentenceFrom } from "./sentence.ts";

/** What the brain wants to do next: speak, or call functions. */
export type Reply =
  | { kind: "message"; text: string }
  | { kind: "calls"; calls: { name: string; arguments: string }[] };

/** What the brain is asked with. */
export interface Question {
  /** The session, with the response's own overrides applied. */
  session: Pick<SessionConfig, "instructions" | "tools" | "tool_choice">;
  /** The response's own instructions, where it has some. */
  instructions?: string;
  /** The conversation so far, oldest first. */
  items: readonly ConversationItem[];
  /** What the recogniser made of an audio item, by item id. */
  heard: (itemId: string) => string | undefined;
}

/**
 * The embedded peer's mind. It is small and does not pretend otherwise: it
 * knows the phrases that the session's tools and instructions give as examples,
 * calls the tool a phrase belongs to, and reads out what the tool returns.
 */
export function think(question: Question): Reply {
  const words = wordsToSay(question.instructions ?? "");
  if (words !== undefined) return { kind: "message", text: words };

  const abilities = abilitiesOf(question.session);
  const outputs = freshOutputs(question.items);
  if (outputs.length > 0) {
    return { kind: "message", text: outputs.map(sentenceFrom).join(" ") };
  }
  const said = lastWords(question);
  if (said === undefined) {
    return { kind: "message", text: `Hello. ${offer(abilities)}` };
  }
  if (question.session.tool_choice !== "none") {
    const calls = callsFor(said, abilities);
    if (calls.length > 0) return { kind: "calls", calls };
  }
  const answer = abilities.answers.find(({ phrase }) =>
    matchPhrase(said, phrase) !== undefined
  );
  return { kind: "message", text: answer?.answer ?? offer(abilities) };
}

/** The outputs that came in after the last thing the agent said. */
function freshOutputs(items: readonly ConversationItem[]): string[] {
  const outputs: string[] = [];
  for (const item of items.toReversed()) {
    if (item.type === "function_call_output") outputs.unshift(item.output);
    else if (item.type !== "function_call") break;
  }
  return outputs;
}

function lastWords({ items, heard }: Question): string | undefined {
  const item = items.findLast((item) =>
    item.type === "message" && item.role === "user"
  );
  if (item?.type !== "message" || item.role !== "user") return undefined;
  const spoken = item.id === undefined ? undefined : heard(item.id);
  return spoken ??
    item.content.map((part) => part.text ?? part.transcript ?? "").join(" ");
}

/** Nobody asks for more in one breath. */
const MOST_CALLS = 8;

/** The calls a text asks for: one, or one for each half of an "… and …". */
function callsFor(
  said: string,
  abilities: Abilities,
): { name: string; arguments: string }[] {
  if (said.length > LONGEST_SAID) return [];
  const whole = callFor(said, abilities);
  const halves = said.split(/[.?!]\s+|,?\s+and\s+/i)
    .filter((half) => half.trim() !== "");
  if (halves.length > 1 && halves.length <= MOST_CALLS) {
    const each = halves.map((half) => callFor(half, abilities));
    if (each.every((call) => call !== undefined)) return each;
  }
  return whole === undefined ? [] : [whole];
}

function callFor(
  said: string,
  { functions }: Abilities,
): { name: string; arguments: string } | undefined {
  for (const ability of functions) {
    for (const phrase of ability.phrases) {
      const slots = matchPhrase(said, phrase, ability.slots);
      if (slots !== undefined) {
        return { name: ability.name, arguments: JSON.stringify(slots) };
      }
    }
  }
  return undefined;
}

/** What to say when nothing else fits: the truth about what is on offer. */
function offer({ functions, answers }: Abilities): string {
  const phrases = [
    ...functions.flatMap(({ phrases, slots }) =>
      phrases.slice(0, 1).map((phrase) =>
        phrase.replaceAll(
          /\{(\w+)\}/g,
          (_, slot: string) => slots[slot]?.[0] ?? `some ${slot}`,
        )
      )
    ),
    ...answers.map(({ phrase }) => phrase),
  ].slice(0, 3);
  return phrases.length === 0
    ? "I can help with nothing yet: this agent has no tools with example phrases."
    : `I can help with questions like: ${
      phrases.map((phrase) => phrase.replace(/[.?!]+$/, "")).join("; or: ")
    }.`;
}
