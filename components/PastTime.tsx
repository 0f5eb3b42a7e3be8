import type { Language } from "../lib/language/languages.ts";

/**
 * A moment, in the server's time zone, which it names.
 *
 * @param at Milliseconds since 1970.
 */
export function PastTime({ at, language }: { at: number; language: Language }) {
  const format = new Intl.DateTimeFormat(language, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
  return <time dateTime={new Date(at).toISOString()}>{format.format(at)}</time>;
}
