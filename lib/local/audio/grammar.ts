import { waysToSay, wordsOf } from "./words.ts";

/** What can be recognised, compiled from phrases and slots. */
export interface Grammar {
  /** JSpeech Grammar Format, https://www.w3.org/TR/jsgf/ */
  jsgf: string;
  /** Every word that needs a pronunciation. */
  words: Set<string>;
  /** The phrase as declared, its slots filled in, for the words that were recognised; "" for anything else. */
  phraseOf(recognised: string): string;
}

/** May come before or after a phrase and is no part of it. */
const BEFORE = ["um", "uh", "please", "hey", "okay"];
const AFTER = ["please"];

/** One place of a phrase: alternatives, each a run of words, and the slot value it stands for. */
type Place = { words: string[]; value?: string }[];

interface Phrase {
  /** As declared, "{slot}" included. */
  text: string;
  places: { slot?: string; choices: Place }[];
}

/**
 * A grammar of phrases in which "{slot}" stands for one of slots[slot].
 *
 * Case and punctuation don't matter, contractions are heard both ways. What cannot be spoken in English letters is
 * left out: a value without words, and a phrase whose slot has no values.
 */
export function compileGrammar(
  phrases: readonly string[],
  slots: Readonly<Record<string, readonly string[]>>,
): Grammar {
  const seen = new Set<string>();
  const usable = phrases.map((text) => parse(text, slots)).filter((phrase) => {
    const shape = JSON.stringify(
      phrase.places.map((place) => place.slot ?? place.choices),
    );
    const fresh = phrase.places.length > 0 && !seen.has(shape) &&
      phrase.places.every((place) => place.choices.length > 0);
    seen.add(shape);
    return fresh;
  });
  const words = new Set([...BEFORE, ...AFTER]);
  const slotRules = new Map<string, string>();
  const bodies = usable.map((phrase) =>
    phrase.places.map(({ slot, choices }) => {
      for (const choice of choices) {
        choice.words.forEach((word) => words.add(word));
      }
      const body = alternatives(
        choices.map((choice) => choice.words.join(" ")),
      );
      if (slot === undefined) return body;
      if (!slotRules.has(slot)) {
        slotRules.set(slot, `<slot_${slotRules.size}> = ${body};`);
      }
      return `<slot_${[...slotRules.keys()].indexOf(slot)}>`;
    }).join(" ")
  );
  const jsgf = [
    "#JSGF V1.0;",
    "grammar phrases;",
    `public <heard> = ${
      bodies.length ? "[<before>] <phrase> [<after>]" : "<before>"
    };`,
    `<before> = ${alternatives(BEFORE)};`,
    `<after> = ${alternatives(AFTER)};`,
    ...bodies.length ? [`<phrase> = ${bodies.join("\n  | ")};`] : [],
    ...slotRules.values(),
  ].join("\n");
  return {
    jsgf,
    words,
    phraseOf: (recognised) => phraseOf(usable, recognised),
  };
}

function parse(
  text: string,
  slots: Readonly<Record<string, readonly string[]>>,
): Phrase {
  const places = text.split(/(\{[^{}]*\})/).flatMap(
    (part): Phrase["places"] => {
      const slot = /^\{(.*)\}$/.exec(part)?.[1]?.trim();
      if (slot === undefined) {
        return waysToSay(wordsOf(part)).map((ways) => ({
          choices: ways.map((words) => ({ words })),
        }));
      }
      const choices = (Object.hasOwn(slots, slot) ? slots[slot]! : [])
        .map((value) => ({ words: wordsOf(value), value }))
        .filter((choice) => choice.words.length > 0);
      return [{ slot, choices }];
    },
  );
  return { text, places };
}

function alternatives(texts: readonly string[]): string {
  const distinct = [...new Set(texts)];
  return distinct.length === 1 ? distinct[0]! : `(${distinct.join(" | ")})`;
}

function phraseOf(phrases: readonly Phrase[], recognised: string): string {
  const words = recognised.split(" ").filter((word) => word !== "");
  const starts = BEFORE.includes(words[0] ?? "") ? [0, 1] : [0];
  const ends = AFTER.includes(words.at(-1) ?? "")
    ? [words.length, words.length - 1]
    : [words.length];
  for (const phrase of phrases) {
    for (const start of starts) {
      for (const end of ends) {
        const values = match(phrase.places, words.slice(start, end));
        if (values) {
          return phrase.text.replace(/\{[^{}]*\}/g, () => values.shift()!)
            .trim();
        }
      }
    }
  }
  return "";
}

/** The slot values in order if the words are this phrase, else undefined. */
function match(
  places: Phrase["places"],
  words: readonly string[],
): string[] | undefined {
  const [place, ...rest] = places;
  if (!place) return words.length === 0 ? [] : undefined;
  for (const choice of place.choices) {
    if (!choice.words.every((word, i) => word === words[i])) continue;
    const values = match(rest, words.slice(choice.words.length));
    if (values) {
      return choice.value === undefined ? values : [choice.value, ...values];
    }
  }
}
