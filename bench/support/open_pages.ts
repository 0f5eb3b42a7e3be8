import { type PageOptions, ScriptedPage } from "./scripted_page.ts";

/** So many conversations begin at the same time. */
const BATCH = 20;

/**
 * Begins so many conversations; resolves when each has been greeted.
 *
 * @param optionsOf What the page of a number, from 0, is opened with.
 */
export async function openPages(
  url: string,
  count: number,
  optionsOf: (number: number) => PageOptions = () => ({}),
): Promise<ScriptedPage[]> {
  const pages: ScriptedPage[] = [];
  while (pages.length < count) {
    const batch = Math.min(BATCH, count - pages.length);
    const first = pages.length;
    pages.push(
      ...await Promise.all(
        Array.from(
          { length: batch },
          (_, number) => ScriptedPage.open(url, optionsOf(first + number)),
        ),
      ),
    );
  }
  await Promise.all(pages.map((page) => page.heard(1)));
  return pages;
}

/** Every other conversation over an audio socket. */
export function eitherWay(number: number): PageOptions {
  return { transport: number % 2 === 0 ? "webrtc" : "socket" };
}
