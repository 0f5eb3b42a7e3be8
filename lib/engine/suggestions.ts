import type { Agent } from "./agent.ts";
import type { Company } from "./session_config.ts";

/** How many suggestions a page shows. */
const MOST = 4;

/**
 * A few things to say to an agent: from its tools' examples, from those it can
 * hand over to, and its own.
 */
export function suggestionsFor(
  agent: Agent,
  { agents, tools }: Company,
): string[] {
  const fromTools = (agent.tools ?? []).flatMap((name) => {
    const { phrases, ...values } = tools.get(name)?.examples ??
      { phrases: [] };
    // Each tool shows itself with two phrases, with different values.
    return phrases.slice(0, 2).map((phrase, at) =>
      phrase.replaceAll(/\{(\w+)\}/g, (slot, name: string) => {
        const known = values[name] ?? [];
        return known[at % known.length] ?? slot;
      })
    );
  });
  const handoffs = (agent.handoffs ?? []).flatMap((name) =>
    agents.get(name)?.handoffPhrases?.slice(0, 1) ?? []
  );
  const own = (agent.examples ?? []).map(({ phrase }) => phrase);
  return [...new Set([...fromTools, ...handoffs, ...own])].slice(0, MOST).map(
    sentence,
  );
}

function sentence(words: string): string {
  const capital = words.charAt(0).toUpperCase() + words.slice(1);
  if (/[.?!]$/.test(capital)) return capital;
  return /^(what|how|who|where|when|will|is|are|can|do|does)\b/i.test(capital)
    ? `${capital}?`
    : `${capital}.`;
}
