import type { Agent } from "./agent.ts";
import type { Tool } from "./tool.ts";

/** How many suggestions a page shows. */
const MOST = 4;

/** A few things to say to an agent, from its tools' examples and its own. */
export function suggestionsFor(
  agent: Agent,
  tools: ReadonlyMap<string, Tool>,
): string[] {
  const fromTools = [...tools.values()].flatMap(({ examples }) => {
    const { phrases, ...values } = examples ?? { phrases: [] };
    // Each tool shows itself with two phrases, with different values.
    return phrases.slice(0, 2).map((phrase, at) =>
      phrase.replaceAll(/\{(\w+)\}/g, (slot, name: string) => {
        const known = values[name] ?? [];
        return known[at % known.length] ?? slot;
      })
    );
  });
  const own = (agent.examples ?? []).map(({ phrase }) => phrase);
  return [...new Set([...fromTools, ...own])].slice(0, MOST).map(sentence);
}

function sentence(words: string): string {
  const capital = words.charAt(0).toUpperCase() + words.slice(1);
  if (/[.?!]$/.test(capital)) return capital;
  return /^(what|how|who|where|when|will|is|are|can|do|does)\b/i.test(capital)
    ? `${capital}?`
    : `${capital}.`;
}
