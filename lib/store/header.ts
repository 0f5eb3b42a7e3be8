import type { ConversationEvent } from "../engine/observer.ts";
import type { Turn } from "../realtime/turns.ts";
import type { ConversationHeader, Usage } from "./conversation_store.ts";

/** Before the model has been asked for anything. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  costUsd: 0,
};

/** How many characters a preview has at most. */
const PREVIEW_CHARACTERS = 120;

/** What is longer of a reason is cut, in characters. */
const REASON_CHARACTERS = 500;

/**
 * A conversation's header after an event; the same one where it changes nothing.
 *
 * @param at Milliseconds since 1970.
 * @param turns The latest of them.
 * @param before How many were before those.
 */
export function headerAfter(
  header: ConversationHeader,
  event: ConversationEvent,
  at: number,
  turns: readonly Turn[],
  before = 0,
): ConversationHeader {
  switch (event.type) {
    case "started":
      return { ...header, startedAt: at };
    case "resumed":
      return { ...header, takeovers: (header.takeovers ?? 0) + 1 };
    case "usage":
      return { ...header, usage: withUsage(header.usage, event) };
    case "ended":
      return {
        ...withTurns(header, turns, before),
        endedAt: at,
        endReason: event.reason.slice(0, REASON_CHARACTERS),
        endCode: event.code,
      };
    default:
      return withTurns(header, turns, before);
  }
}

function withTurns(
  header: ConversationHeader,
  turns: readonly Turn[],
  before: number,
): ConversationHeader {
  const preview = header.preview ?? previewOf(turns);
  const turnCount = before + turns.length;
  return preview === header.preview && turnCount === header.turnCount
    ? header
    : { ...header, preview, turnCount };
}

/** The person's first words. */
function previewOf(turns: readonly Turn[]): string | undefined {
  const first = turns.find((turn) =>
    turn.kind === "message" && turn.role === "user" &&
    turn.status !== "forming" && turn.text.trim() !== ""
  );
  if (first?.kind !== "message") return undefined;
  const text = first.text.trim().replace(/\s+/g, " ");
  if (text.length <= PREVIEW_CHARACTERS) return text;
  const start = text.slice(0, PREVIEW_CHARACTERS);
  // Where there is no space, in the middle of a word.
  return `${start.slice(0, start.lastIndexOf(" ") >>> 0)}…`;
}

function withUsage(
  sum: Usage,
  { usage, costUsd }: Extract<ConversationEvent, { type: "usage" }>,
): Usage {
  return {
    inputTokens: sum.inputTokens + (usage.input_tokens ?? 0),
    cachedTokens: sum.cachedTokens +
      (usage.input_token_details?.cached_tokens ?? 0),
    outputTokens: sum.outputTokens + (usage.output_tokens ?? 0),
    // A sum that leaves something out would be too low.
    costUsd: sum.costUsd === undefined || costUsd === undefined
      ? undefined
      : sum.costUsd + costUsd,
  };
}
