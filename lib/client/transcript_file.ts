import { clockTime } from "../language/clock_time.ts";
import { fill, type Messages } from "../language/messages.ts";
import { speakersOf } from "../realtime/speakers.ts";
import type { Turn } from "../realtime/turns.ts";

/** The conversation as plain text, a line a turn. */
export function transcriptText(
  turns: readonly Turn[],
  agent: string,
  { transcript, tool }: Messages,
): string {
  const speakers = speakersOf(turns, agent);
  const start = turns[0]?.at ?? 0;
  return turns.map((turn, place) => {
    // Nobody's words can pass for another turn.
    const said = line(turn, speakers[place]!).replace(/\s*\n\s*/g, " ");
    return `[${clockTime(turn.at - start)}] ${said}\n`;
  }).join("");

  function line(turn: Turn, speaker: string): string {
    switch (turn.kind) {
      case "message": {
        const { role, text, status, heard = text.length } = turn;
        const name = role === "user" ? transcript.you : speaker;
        if (status === "unintelligible") {
          return `${name}: ${transcript.unintelligible}`;
        }
        const rest = text.slice(heard).trim();
        const spoken = `${name}: ${text.slice(0, heard).trim()}`;
        return status !== "interrupted"
          ? spoken
          : `${spoken} (${transcript.interrupted}${
            rest === "" ? "" : `; ${transcript.unheard}: ${rest}`
          })`;
      }
      case "tool":
        return `${turn.name}(${turn.arguments}): ${tool[turn.status]}${
          turn.output === undefined ? "" : `: ${turn.output}`
        }`;
      case "handoff":
        return fill(transcript.handoff, { from: turn.from, to: turn.to });
      case "guardrail":
        return fill(transcript.guardrail, {
          name: turn.name,
          reason: turn.reason,
        });
    }
  }
}

/** The conversation as JSON, with all that is known of each turn. */
export function transcriptJson(
  turns: readonly Turn[],
  agent: string,
): string {
  return JSON.stringify({ agent, turns }, null, 2);
}
