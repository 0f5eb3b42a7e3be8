import { delay } from "../../lib/clock.ts";
import type { Turn } from "../../lib/realtime/turns.ts";
import type { ScriptedPage } from "./scripted_page.ts";

/** What was typed as the connection broke shows within this time, or never, in ms. */
const SHOWN_MS = 4_000;

/** A person's pause between an answer and what they say next, in ms. */
const PAUSE_MS = 300;

/** What the conversations have come to. */
export interface Talk {
  answered: number;
  /** Texts that were on their way as a connection broke, and were typed again. */
  typedAgain: number;
  /** Texts that were heard, and got no answer; conversations that were lost. */
  failures: string[];
}

/** Says texts, most of which need a tool, until it may stop; then ends the conversation. */
export async function converse(
  page: ScriptedPage,
  talk: Talk,
  mayStop: (round: number) => boolean,
): Promise<void> {
  try {
    for (let round = 0; !mayStop(round); round++) {
      await ask(page, textOf(round), talk);
      talk.answered++;
      await delay(PAUSE_MS);
    }
    await page.until("connection", () => page.stands);
    await page.stop();
  } catch (error) {
    // A conversation may end, if it says why.
    if (page.ended === undefined) {
      talk.failures.push(`${page.id}: ${(error as Error).message}`);
    }
  }
}

function textOf(round: number): string {
  const words = JSON.stringify({ words: `Round ${round}` });
  const tool = ["tool:note", "tool:look_up", "tools:note×2"][round % 4];
  return tool === undefined ? `Remark ${round}` : `${tool} ${words}`;
}

async function ask(
  page: ScriptedPage,
  text: string,
  talk: Talk,
): Promise<void> {
  while (true) {
    await page.until("connection", () => page.stands);
    const { resumed } = page;
    const broke = () => !page.stands || page.resumed > resumed;
    page.type(text);
    await page.until(
      `answer to "${text}"`,
      () => isAnswered(page.turns, text) || broke(),
    );
    if (isAnswered(page.turns, text)) return;
    await page.until("connection", () => page.stands);
    try {
      await page.until(
        `sign of "${text}"`,
        () => questionAt(page.turns, text) >= 0,
        SHOWN_MS,
      );
    } catch {
      talk.typedAgain++;
      continue;
    }
    return await page.until(
      `answer to "${text}" after a break`,
      () => isAnswered(page.turns, text),
    );
  }
}

function questionAt(turns: readonly Turn[], text: string): number {
  return turns.findLastIndex((turn) =>
    turn.kind === "message" && turn.role === "user" && turn.text === text
  );
}

/** An answer comes after all tools that it took. */
function isAnswered(turns: readonly Turn[], text: string): boolean {
  const place = questionAt(turns, text);
  return place >= 0 &&
    turns.slice(place + 1).some((turn) =>
      turn.kind === "message" && turn.role === "assistant" &&
      turn.status === "complete"
    );
}
