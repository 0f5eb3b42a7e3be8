/** Numbers as English words, for grammars and for speech. */

const UNITS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    .split(" ");
const TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split(
  " ",
);
const SCALES: [number, string][] = [[1e9, "billion"], [1e6, "million"], [
  1e3,
  "thousand",
], [
  100,
  "hundred",
]];

/**
 * A decimal numeral such as "21.5" or "007" in lower-case words without hyphens.
 * Numerals of more than twelve digits are read digit by digit.
 *
 * @throws {RangeError} if the text is not a plain decimal numeral
 */
export function numberWords(numeral: string): string {
  const parts = /^(\d+)(?:\.(\d+))?$/.exec(numeral);
  if (!parts) throw new RangeError(`Cannot read "${numeral}" as a number`);
  const [, whole = "", fraction] = parts;
  const words = whole.length > 12 ? digits(whole) : integer(Number(whole));
  return fraction === undefined ? words : `${words} point ${digits(fraction)}`;
}

function digits(text: string): string {
  return [...text].map((digit) => UNITS[Number(digit)]).join(" ");
}

function integer(value: number): string {
  if (value < 20) return UNITS[value]!;
  if (value < 100) {
    const rest = value % 10;
    return TENS[Math.floor(value / 10)] + (rest ? ` ${UNITS[rest]}` : "");
  }
  const [size, name] = SCALES.find(([size]) => value >= size)!;
  const rest = value % size;
  return `${integer(Math.floor(value / size))} ${name}` +
    (rest ? ` ${integer(rest)}` : "");
}
