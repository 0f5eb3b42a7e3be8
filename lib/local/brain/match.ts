import { withoutCourtesies, wordsOf } from "./words.ts";

/** Values for a phrase's slots, by slot name. */
export type Slots = Record<string, string>;

/**
 * Compares a text with a phrase such as "what's the weather like in {location}".
 *
 * @param known The declared values of each slot: where the words of one of them
 * are met, the slot takes its spelling; other words are taken as they stand.
 * @returns The slots' values, or undefined when the text says something else.
 */
export function matchPhrase(
  text: string,
  phrase: string,
  known: Readonly<Record<string, readonly string[]>> = {},
): Slots | undefined {
  const pattern = withoutCourtesies(wordsOf(phrase));
  const spelled = spelledWords(text);
  return matchWords(spelled, 0, pattern, 0, known);
}

/** A word as compared, and as the person wrote it. */
interface Word {
  plain: string;
  written: string;
}

function spelledWords(text: string): Word[] {
  const words = text.trim().split(/\s+/).flatMap((token) => {
    const written = token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
    return wordsOf(token).map((plain) => ({ plain, written }));
  });
  const kept = withoutCourtesies(words.map((word) => word.plain));
  // The kept words are one run of all of them: find where that run begins.
  const from = words.findIndex((_, at) =>
    kept.every((plain, offset) => words[at + offset]?.plain === plain)
  );
  return from < 0 ? words : words.slice(from, from + kept.length);
}

function matchWords(
  words: Word[],
  at: number,
  pattern: string[],
  patternAt: number,
  known: Readonly<Record<string, readonly string[]>>,
): Slots | undefined {
  const expected = pattern[patternAt];
  if (expected === undefined) return at === words.length ? {} : undefined;
  const slot = /^\{(\w+)\}$/.exec(expected)?.[1];
  if (slot === undefined) {
    return words[at]?.plain === expected
      ? matchWords(words, at + 1, pattern, patternAt + 1, known)
      : undefined;
  }
  // The shortest value that lets the rest match.
  for (let end = at + 1; end <= words.length; end++) {
    const rest = matchWords(words, end, pattern, patternAt + 1, known);
    if (rest === undefined) continue;
    return { [slot]: spelling(words.slice(at, end), known[slot]), ...rest };
  }
  return undefined;
}

function spelling(words: Word[], known: readonly string[] = []): string {
  const plain = words.map((word) => word.plain).join(" ");
  return known.find((value) => wordsOf(value).join(" ") === plain) ??
    words.map((word) => word.written).join(" ");
}
