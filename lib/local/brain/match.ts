import { withoutCourtesies, wordsOf } from "./words.ts";

/**
 * As many characters may a phrase have, and what is compared with it: the time
 * that takes grows with more than their number.
 */
export const LONGEST_SAID = 500;

/** Values for a phrase's slots, by slot name. */
export type Slots = Record<string, string>;

/**
 * Compares a text with a phrase such as "what's the weather like in {location}".
 *
 * @param known The declared values of each slot: where the words of one of them
 * are met, the slot takes its spelling; other words are taken as they stand.
 * @returns The slots' values, or undefined when the text says something else or
 * is longer than {@link LONGEST_SAID}.
 */
export function matchPhrase(
  text: string,
  phrase: string,
  known: Readonly<Record<string, readonly string[]>> = {},
): Slots | undefined {
  if (text.length > LONGEST_SAID) return undefined;
  const pattern = withoutCourtesies(wordsOf(phrase));
  const words = spelledWords(text);
  const names = new Map(
    phrase.matchAll(/\{(\w+)\}/g).map(([, name]) =>
      [name!.toLowerCase(), name!] as const
    ),
  );
  return matchWords({ words, pattern, names, known, failed: new Set() }, 0, 0);
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

/** What is compared, and the pairs of places from where on it did not match. */
interface Comparison {
  words: Word[];
  pattern: string[];
  /** The slots as the phrase writes them, by what they are in the pattern. */
  names: ReadonlyMap<string, string>;
  known: Readonly<Record<string, readonly string[]>>;
  failed: Set<number>;
}

function matchWords(
  comparison: Comparison,
  at: number,
  patternAt: number,
): Slots | undefined {
  const { words, pattern, names, known, failed } = comparison;
  const expected = pattern[patternAt];
  if (expected === undefined) return at === words.length ? {} : undefined;
  const slot = names.get(/^\{(\w+)\}$/.exec(expected)?.[1] ?? "");
  if (slot === undefined) {
    return words[at]?.plain === expected
      ? matchWords(comparison, at + 1, patternAt + 1)
      : undefined;
  }
  // Many slots in a row can share the words in very many ways: none twice.
  const places = at * pattern.length + patternAt;
  if (failed.has(places)) return undefined;
  // The shortest value that lets the rest match.
  for (let end = at + 1; end <= words.length; end++) {
    const rest = matchWords(comparison, end, patternAt + 1);
    if (rest === undefined) continue;
    return {
      [slot]: spelling(words.slice(at, end), valuesOf(slot, known)),
      ...rest,
    };
  }
  failed.add(places);
  return undefined;
}

/** A slot may be called "constructor", and have no values. */
function valuesOf(
  slot: string,
  known: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return Object.hasOwn(known, slot) ? known[slot]! : [];
}

function spelling(words: Word[], known: readonly string[]): string {
  const plain = words.map((word) => word.plain).join(" ");
  return known.find((value) => wordsOf(value).join(" ") === plain) ??
    words.map((word) => word.written).join(" ");
}
