import type { Turn } from "./turns.ts";

/**
 * Which agent has the conversation at each turn, by its title.
 *
 * @param first The agent that began.
 */
export function speakersOf(turns: readonly Turn[], first: string): string[] {
  let speaker = first;
  return turns.map((turn) => {
    if (turn.kind === "handoff") speaker = turn.to;
    return speaker;
  });
}
