import { numberWords } from "./numbers.ts";

/**
 * The words one says for a written text: lower case, letters a to z and apostrophes within words.
 * "St.-Malo, 2 km" becomes ["st", "malo", "two", "km"]. Accents are dropped; what has no Latin letters has no words.
 */
export function wordsOf(text: string): string[] {
  return text
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/ß/g, "ss").replace(/[øØ]/g, "o").replace(/[łŁ]/g, "l").replace(
      /[æÆ]/g,
      "ae",
    )
    .normalize("NFD").replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/(\d),(?=\d{3}\b)/g, "$1")
    .replace(/\d+(\.\d+)?/g, (numeral) => ` ${numberWords(numeral)} `)
    .replace(/&/g, " and ").replace(/%/g, " percent ")
    .split(/[^a-z']+/)
    .map((word) => word.replace(/^'+|'+$/g, ""))
    .filter((word) => word !== "");
}

const NEGATED =
  "is are was were do does did has have had could would should must need".split(
    " ",
  );
const IS = "what where who how when why it that there here he she".split(" ");
const ARE = "you we they who what".split(" ");
const PEOPLE = "i you he she it we they".split(" ");

/** Contraction → what it stands for. Only those with a single reading are here ("he'd" is "he would" in a request). */
const CONTRACTIONS: ReadonlyMap<string, readonly [string, string]> = new Map<
  string,
  readonly [string, string]
>([
  ...NEGATED.map((word) => [`${word}n't`, [word, "not"]] as const),
  ...IS.map((word) => [`${word}'s`, [word, "is"]] as const),
  ...ARE.map((word) => [`${word}'re`, [word, "are"]] as const),
  ...PEOPLE.map((word) => [`${word}'ll`, [word, "will"]] as const),
  ...PEOPLE.map((word) => [`${word}'d`, [word, "would"]] as const),
  ...["i", "you", "we", "they"].map((word) =>
    [`${word}'ve`, [word, "have"]] as const
  ),
  ["i'm", ["i", "am"]],
  ["let's", ["let", "us"]],
  ["can't", ["can", "not"]],
  ["won't", ["will", "not"]],
]);
const CONTRACTED = new Map(
  [...CONTRACTIONS].map(([short, long]) => [long.join(" "), short]),
);

/**
 * The ways to say a run of words, as a list of places, each with its alternatives:
 * ["what's", "new"] gives [[["what's"], ["what", "is"]], [["new"]]].
 */
export function waysToSay(words: readonly string[]): string[][][] {
  const places: string[][][] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const long = CONTRACTIONS.get(word);
    const short = CONTRACTED.get(`${word} ${words[i + 1]}`);
    if (long) places.push([[word], [...long]]);
    else if (short) {
      places.push([[word, words[i + 1]!], [short]]);
      i++;
    } else places.push([[word]]);
  }
  return places;
}
