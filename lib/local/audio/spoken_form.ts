/** Written → said, for what the synthesiser would spell out or skip. Tried in order. */
const READINGS: readonly [RegExp, string][] = [
  [/[‘’]/g, "'"],
  [/[“”«»„]/g, '"'],
  [/(?<=^|[^\w.,])[-−–](?=\d)/g, "minus "],
  [/(\d)\s*[–−]\s*(?=\d)/g, "$1 to "],
  [/\s*[–—]\s*/g, ", "],
  [/…/g, "."],
  [/\b(1)\s*°\s*([CF])\b/g, "$1 degree $2 "],
  [/°\s*C\b/g, " degrees Celsius"],
  [/°\s*F\b/g, " degrees Fahrenheit"],
  [/degree C /g, "degree Celsius"],
  [/degree F /g, "degree Fahrenheit"],
  [/°/g, " degrees"],
  [/℃/g, " degrees Celsius"],
  [/℉/g, " degrees Fahrenheit"],
  [/(\d)\s*%/g, "$1 percent"],
  [/(\d)\s*km\/h\b/gi, "$1 kilometers per hour"],
  [/(\d)\s*mph\b/gi, "$1 miles per hour"],
  [/(\d)\s*m\/s\b/g, "$1 meters per second"],
  [/(\d)\s*km\b/g, "$1 kilometers"],
  [/(\d)\s*cm\b/g, "$1 centimeters"],
  [/(\d)\s*mm\b/g, "$1 millimeters"],
  [/(\d)\s*kg\b/g, "$1 kilograms"],
  [/(\d)\s*hPa\b/g, "$1 hectopascals"],
  [/(\d)\s*ms\b/g, "$1 milliseconds"],
  [/([€£$])\s*(\d[\d,]*)\.(\d\d)\b/g, "$1$2 $3"],
  [/€\s*(\d[\d,.]*\d|\d)/g, "$1 euros"],
  [/£\s*(\d[\d,.]*\d|\d)/g, "$1 pounds"],
  [/\$\s*(\d[\d,.]*\d|\d)/g, "$1 dollars"],
  [/(\d)\s*€/g, "$1 euros"],
  [/(\d)\s*£/g, "$1 pounds"],
  [/(\d),(?=\d{3}\b)/g, "$1"],
  [/\be\.g\.,?/gi, "for example"],
  [/\bi\.e\.,?/gi, "that is"],
  [/\betc\./gi, "et cetera"],
  [/\bvs\.?(?=\s)/gi, "versus"],
  [/\s*&\s*/g, " and "],
  [/\s\+\s/g, " plus "],
  [/\s=\s/g, " equals "],
  [/https?:\/\/(www\.)?/g, ""],
  [/(\w)@(\w)/g, "$1 at $2"],
];

/**
 * A text as it is to be read aloud in English: units and signs in words, Markdown's marks removed, letters without
 * their accents. Empty if nothing in it can be said.
 */
export function spokenForm(text: string): string {
  let said = text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`#~|<>\\]+/g, " ");
  for (const [written, reading] of READINGS) {
    said = said.replace(written, reading);
  }
  said = said
    .replace(/ß/g, "ss").replace(/æ/gi, "ae").replace(/ø/gi, "o").replace(
      /ł/gi,
      "l",
    )
    .normalize("NFD").replace(/\p{Mark}/gu, "")
    // The synthesiser knows ASCII only.
    .replace(/[^\x20-\x7e]+/g, " ")
    .replace(/\s+/g, " ").trim();
  return /[a-z0-9]/i.test(said) ? said : "";
}
