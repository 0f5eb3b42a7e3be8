import { fill, type Messages } from "../language/messages.ts";
import { speakersOf } from "../realtime/speakers.ts";
import type { Turn } from "../realtime/turns.ts";

/** Tells a screen reader of finished turns, each once; not of how they form. */
export class Announcements {
  readonly #told = new Set<string>();

  /**
   * What is new, as one sentence for each; empty where nothing is.
   *
   * @param agent The title of the agent that began.
   */
  next(
    turns: readonly Turn[],
    agent: string,
    { transcript }: Messages,
  ): string[] {
    if (turns.length === 0) this.#told.clear();
    const speakers = speakersOf(turns, agent);
    return turns.flatMap((turn, place) => {
      const sentence = this.#sentence(turn, speakers[place]!, transcript);
      const key = `${turn.id} ${turn.kind}`;
      if (sentence === undefined || this.#told.has(key)) return [];
      this.#told.add(key);
      return [sentence];
    });
  }

  #sentence(
    turn: Turn,
    speaker: string,
    words: Messages["transcript"],
  ): string | undefined {
    switch (turn.kind) {
      case "message":
        if (turn.status === "forming") return undefined;
        return fill(words.said, {
          name: turn.role === "user" ? words.you : speaker,
          text: turn.status === "unintelligible"
            ? words.unintelligible
            : turn.text.slice(0, turn.heard),
        });
      case "tool":
        return turn.status === "awaiting_approval"
          ? fill(words.approvalWanted, { name: turn.name })
          : undefined;
      case "handoff":
        return fill(words.handoff, { from: turn.from, to: turn.to });
      case "guardrail":
        return fill(words.guardrail, { name: turn.name, reason: turn.reason });
    }
  }
}
