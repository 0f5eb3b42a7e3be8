import { guessPronunciation } from "./letter_to_sound.ts";

/** How words are pronounced, in ARPAbet: from a dictionary, and by rule where it has no such word. */
export class Pronunciations {
  #dictionary: string;
  /** The part of the dictionary in which the words with these first two letters are. */
  #parts = new Map<string, { start: number; end: number }>();
  #known = new Map<string, [word: string, phones: string][]>();

  /** @param dictionary "word PHONES" a line, in order; "word(2)" for further pronunciations */
  constructor(dictionary: string) {
    this.#dictionary = `\n${dictionary.trimEnd()}\n`;
    let line = 0;
    for (
      let end;
      (end = this.#dictionary.indexOf("\n", line + 1)) > 0;
      line = end
    ) {
      // "a(2)" is with "a".
      const letters = this.#dictionary.slice(line + 1, line + 3).replace(
        "(",
        " ",
      );
      const part = this.#parts.get(letters);
      if (part) part.end = end + 1;
      else this.#parts.set(letters, { start: line, end: end + 1 });
    }
  }

  /** Entries for a decoder's dictionary; a word has at least one. */
  of(word: string): [word: string, phones: string][] {
    let entries = this.#known.get(word);
    if (!entries) this.#known.set(word, entries = this.#find(word));
    return entries;
  }

  #find(word: string): [string, string][] {
    const { start, end } = this.#parts.get(word.slice(0, 2).padEnd(2)) ??
      { start: 0, end: 0 };
    const lines = this.#dictionary.slice(start, end);
    const entries: [string, string][] = [];
    for (let n = 1;; n++) {
      const entry = n === 1 ? word : `${word}(${n})`;
      const line = `\n${entry} `;
      const at = lines.indexOf(line);
      if (at < 0) break;
      const phones = at + line.length;
      entries.push([
        entry,
        lines.slice(phones, lines.indexOf("\n", phones)).trim(),
      ]);
    }
    if (entries.length > 0) return entries;
    // "seattle's" and the like: the stem's pronunciations and the ending's.
    const stem = /^(.+)'s$/.exec(word)?.[1];
    if (stem) {
      return this.of(stem).map((
        [entry, phones],
      ) => [entry.replace(stem, word), `${phones} Z`]);
    }
    return [[word, guessPronunciation(word)]];
  }
}
