/**
 * Comparing what was said with what was declared: by words, without regard to
 * case, punctuation and contractions.
 */

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bwon't\b/g, "will not"],
  [/\bcan't\b/g, "cannot"],
  [/\bcan not\b/g, "cannot"],
  [/\blet's\b/g, "let us"],
  [/n't\b/g, " not"],
  [/\b(what|who|how|where|when|that|there|it|he|she)'s\b/g, "$1 is"],
  [/'re\b/g, " are"],
  [/'ll\b/g, " will"],
  [/'ve\b/g, " have"],
  [/'m\b/g, " am"],
  [/'d\b/g, " would"],
];

/** A text's words: lower case, contractions written out, no punctuation. */
export function wordsOf(text: string): string[] {
  let plain = text.toLowerCase().replaceAll(/[’‘]/g, "'");
  for (const [contraction, full] of CONTRACTIONS) {
    plain = plain.replaceAll(contraction, full);
  }
  return plain.replaceAll(/[^\p{L}\p{N}'{}_]+/gu, " ").trim().split(" ")
    .filter((word) => word !== "");
}

/** Words that carry no meaning of their own at either end of a request. */
const COURTESIES: ReadonlySet<string> = new Set(
  "please um uh well so okay ok hey hi hello parley now then thanks and"
    .split(" "),
);

/** The words without courtesies at the ends; all of them if nothing else is left. */
export function withoutCourtesies(words: string[]): string[] {
  let from = 0;
  let to = words.length;
  while (from < to && COURTESIES.has(words[from]!)) from++;
  while (to > from && COURTESIES.has(words[to - 1]!)) to--;
  return from === to ? words : words.slice(from, to);
}
