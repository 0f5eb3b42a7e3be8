import type { RealtimeServerEvent } from "./events.ts";
import type { MessageTurn, Turn } from "./turns.ts";

/**
 * How fast the agent speaks. The wire gives its words ahead of their sound and
 * says of an answer that was cut only after how many milliseconds: which words
 * were heard by then is an estimate from the answers that were heard to the end.
 */
export interface Pace {
  /** Characters a millisecond. */
  rate: number;
  /** The answer that is being heard; the next may have its words already. */
  answer?: {
    /** The item's id on the wire. */
    id: string;
    /** When it began, in milliseconds since 1970. */
    since: number;
  };
}

/** About 160 English words a minute, until an answer has been heard. */
export const INITIAL_PACE: Pace = { rate: 0.015 };

/** What is shorter, in ms, says little about the pace. */
const TELLING_MS = 1_000;
/** Nobody speaks slower or faster than this, in characters a millisecond. */
const SLOWEST = 0.006;
const FASTEST = 0.03;

/** Made when first needed: that takes a browser tens of milliseconds on a phone. */
let words: Intl.Segmenter | undefined;

/** The pace after an event. */
export function paceAfter(
  pace: Pace,
  turns: readonly Turn[],
  event: RealtimeServerEvent,
  at: number,
): Pace {
  const { rate, answer } = pace;
  switch (event.type) {
    case "output_audio_buffer.started": {
      const id = lastAnswer(turns)?.id;
      return id === undefined ? { rate } : { rate, answer: { id, since: at } };
    }
    case "output_audio_buffer.cleared":
      return { rate };
    case "output_audio_buffer.stopped": {
      const ms = answer === undefined ? 0 : at - answer.since;
      const text = messageOf(turns, answer?.id)?.text ?? "";
      return ms < TELLING_MS || text === ""
        ? { rate }
        : { rate: Math.min(FASTEST, Math.max(SLOWEST, text.length / ms)) };
    }
    default:
      return pace;
  }
}

/** The turns with how much of the answer was heard, where the event cut it. */
export function heardAfter(
  turns: readonly Turn[],
  { rate, answer }: Pace,
  event: RealtimeServerEvent,
  at: number,
): readonly Turn[] {
  switch (event.type) {
    case "conversation.item.truncated":
      return cut(turns, event.item_id, event.audio_end_ms * rate);
    case "output_audio_buffer.cleared":
      // Where the peer also truncates it says the time itself.
      return answer === undefined ||
          messageOf(turns, answer.id)?.heard !== undefined
        ? turns
        : cut(turns, answer.id, (at - answer.since) * rate);
    default:
      return turns;
  }
}

function lastAnswer(turns: readonly Turn[]): MessageTurn | undefined {
  return turns.findLast((turn) =>
    turn.kind === "message" && turn.role === "assistant"
  ) as MessageTurn | undefined;
}

function messageOf(
  turns: readonly Turn[],
  id: string | undefined,
): MessageTurn | undefined {
  return turns.find((turn) => turn.kind === "message" && turn.id === id) as
    | MessageTurn
    | undefined;
}

/** Marks what comes after these characters, and the word they end in, as unheard. */
function cut(
  turns: readonly Turn[],
  id: string,
  characters: number,
): readonly Turn[] {
  return turns.map((turn) =>
    turn.kind === "message" && turn.id === id
      ? {
        ...turn,
        status: "interrupted",
        heard: endOfWord(turn.text, characters),
      }
      : turn
  );
}

/** The last place at or before `place` where a word ends, in any script. */
function endOfWord(text: string, place: number): number {
  let end = 0;
  words ??= new Intl.Segmenter(undefined, { granularity: "word" });
  for (const { segment, index } of words.segment(text)) {
    if (index + segment.length > place) break;
    if (segment.trim() !== "") end = index + segment.length;
  }
  return end;
}
