import { type PageOptions, ScriptedPage } from "./scripted_page.ts";

/** So many conversations begin at the same time. */
const BATCH = 20;

/**
 * Begins so many conversations; resolves when each has been greeted.
 *
 * @param urls Of servers: the first conversation is at the first, and so on.
 * @param optionsOf What the page of a number, from 0, is opened with.
 */
export async function openPages(
  urls: readonly string[],
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
          (_, at) => {
            const number = first + at;
            const url = urls[number % urls.length]!;
            return ScriptedPage.open(url, optionsOf(number));
          },
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
