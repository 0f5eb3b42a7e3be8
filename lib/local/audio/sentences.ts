/** Longest piece, in characters, unless a single clause or word is longer. */
const LONGEST = 120;

/** A full stop after these does not end a sentence. */
const ABBREVIATIONS = new Set(
  "mr mrs ms dr prof st sr jr vs etc e.g i.e no nos fig approx dept est inc ltd co mt ave blvd a.m p.m u.s u.k jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun"
    .split(" "),
);
/** Of those, the ones that may well end it: they do if a capital follows. */
const MAY_END = new Set("etc a.m p.m u.s u.k inc ltd co no jr sr".split(" "));

/**
 * Cuts a text into the pieces in which it is spoken: sentences, and long sentences at their clauses so that no piece
 * is much longer than 120 characters. Joined by single spaces the pieces give the text, its white space evened out.
 */
export function sentences(text: string): string[] {
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)/)
    .flatMap((paragraph) => split(paragraph.replace(/\s+/g, " ").trim()))
    .flatMap((sentence) => shorten(sentence));
}

function split(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  // An end: its marks, closing quotes or brackets, then a space or the end of the text.
  for (
    const end of text.matchAll(/(?<marks>[.!?…]+)["'”’)\]]*(?=\s|$)|[。！？]/g)
  ) {
    const after = end.index + end[0].length;
    const next = text.slice(after).trimStart();
    const marks = end.groups?.["marks"];
    if (marks === "." && !endsSentence(text.slice(start, end.index), next)) {
      continue;
    }
    // "Wait... what?" is one.
    if (/^(\.{2,}|…)$/.test(marks ?? "") && /^\p{Ll}/u.test(next)) continue;
    found.push(text.slice(start, after).trim());
    start = after;
  }
  found.push(text.slice(start).trim());
  return found.filter((sentence) => sentence !== "");
}

/** Whether a single full stop between these ends a sentence. */
function endsSentence(before: string, after: string): boolean {
  if (after === "") return true;
  const word = /[\p{Letter}\p{Number}.]+$/u.exec(before)?.[0] ?? "";
  const key = word.toLowerCase();
  const capital = /^["'“‘(\[]?[\p{Lu}\p{Number}]/u.test(after);
  if (MAY_END.has(key)) {
    return key === "no"
      ? !/^\d/.test(after) && capital
      : /^["'“‘(\[]?\p{Lu}/u.test(after);
  }
  if (ABBREVIATIONS.has(key)) return false;
  // An initial, as in "J. S. Bach", or the number of a list's entry.
  if (/^\p{Lu}$/u.test(word) && word !== "I") return false;
  if (/^\d+$/.test(word) && before.trim() === word) return false;
  // "it was 5. then": a stop before a small letter is someone's carelessness, not an end.
  return !/^\p{Ll}/u.test(after);
}

function shorten(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > LONGEST) {
    const at = cut(rest);
    pieces.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return rest === "" ? pieces : [...pieces, rest];
}

/** Where to cut: after the last clause that fits, else before the last "and", "but"…, else at the last space. */
function cut(text: string): number {
  const head = text.slice(0, LONGEST + 1);
  const least = LONGEST / 4;
  const clause = last(head, /[,;:)](?=\s)|\s[–—-](?=\s)/g, true);
  if (clause >= least) return clause;
  const joint = last(
    head,
    /\s(?=(?:and|but|or|because|which|that|while|when|so|then)\s)/g,
    false,
  );
  if (joint >= least) return joint;
  const space = head.lastIndexOf(" ");
  return space > 0 ? space : LONGEST;
}

function last(text: string, pattern: RegExp, after: boolean): number {
  let at = -1;
  for (const found of text.matchAll(pattern)) {
    at = found.index + (after ? found[0].length : 0);
  }
  return at;
}
