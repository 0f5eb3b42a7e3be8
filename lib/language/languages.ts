import { ENGLISH } from "./english.ts";
import { GERMAN } from "./german.ts";
import type { Messages } from "./messages.ts";

/** The languages of the page, by their tag (https://www.rfc-editor.org/rfc/rfc5646). */
export const LANGUAGES = { en: ENGLISH, de: GERMAN } satisfies Record<
  string,
  Messages
>;

export type Language = keyof typeof LANGUAGES;

/**
 * The language that a browser likes best among those there are; English where
 * it names none of them.
 *
 * @param accepted The value of `Accept-Language`
 * (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4).
 */
export function chooseLanguage(accepted: string | null): Language {
  const wishes = (accepted ?? "").split(",").map((part) => {
    const [tag = "", ...parameters] = part.split(";").map((word) =>
      word.trim()
    );
    const quality = parameters.find((word) => word.startsWith("q="))?.slice(2);
    return {
      language: tag.toLowerCase().split("-", 1)[0]!,
      quality: quality === undefined ? 1 : Number(quality) || 0,
    };
  });
  const best = wishes
    .filter(({ language, quality }) =>
      quality > 0 && Object.hasOwn(LANGUAGES, language)
    )
    // Of equals the first stays first.
    .toSorted((a, b) => b.quality - a.quality)[0];
  return (best?.language ?? "en") as Language;
}
