/**
 * Characters that do something else than stand for themselves: controls but for
 * line breaks and tabs, and those that are never seen. Some of the latter are
 * needed and stay: marks of direction that turn nothing around, soft hyphens,
 * and behind the characters that take them joiners (emoji, Arabic, the scripts
 * of India) and variation selectors (emoji, Chinese, Mongolian).
 */
const HARMFUL = new RegExp(
  [
    String.raw`[\p{Cc}--[\n\t]]`,
    String
      .raw`(?<![\p{Lo}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200C\u200D]`,
    String.raw`(?<=\p{Variation_Selector})[\uFE0E\uFE0F]`,
    String.raw`(?<!\p{Lo})[\p{Variation_Selector}--[\uFE0E\uFE0F]]`,
    String
      .raw`[\p{Default_Ignorable_Code_Point}--[\xAD\u061C\u200C-\u200F\p{Variation_Selector}]]`,
  ].join("|"),
  "gv",
);

/**
 * What somebody else wrote, as text that can't do anything but be read: no
 * terminal or renderer obeys it, and nothing in it is hidden from people.
 */
export function plainText(text: string): string {
  return text.toWellFormed()
    .replace(/\r\n?|[\x85\u2028\u2029]/g, "\n")
    .replace(HARMFUL, "");
}

/**
 * The same on one line, without double quotes and not longer than `most`
 * characters: it can stand between quotes in a sentence of ours.
 */
export function plainLine(text: string, most: number): string {
  const line = plainText(text.slice(0, 2 * most))
    .replace(/\s+/g, " ").replace(/["“”„«»]/g, "'").trim();
  return line.length <= most
    ? line
    : `${line.slice(0, most - 1).toWellFormed()}…`;
}
