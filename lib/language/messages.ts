/**
 * The words of the page. They travel with the page as data, so that a language
 * costs the browser no script; a language is a file like `english.ts`.
 */
import type { ENGLISH } from "./english.ts";

/** All words of the page in one language. */
export type Messages = {
  [Section in keyof typeof ENGLISH]: {
    [Name in keyof (typeof ENGLISH)[Section]]: string;
  };
};

/** Puts values in the place of their `{names}`. */
export function fill(
  message: string,
  values: Readonly<Record<string, string | number>>,
): string {
  return message.replaceAll(
    /\{(\w+)\}/g,
    (slot, name: string) => String(values[name] ?? slot),
  );
}
