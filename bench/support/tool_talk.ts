import { delay } from "../../lib/clock.ts";
import { type PageOptions, ScriptedPage } from "./scripted_page.ts";

/** So many conversations begin at the same time. */
const BATCH = 20;

/** Begins so many conversations; resolves when each has been greeted. */
export async function openTalks(
  url: string,
  count: number,
  options: PageOptions = {},
): Promise<ScriptedPage[]> {
  const pages: ScriptedPage[] = [];
  while (pages.length < count) {
    const batch = Math.min(BATCH, count - pages.length);
    pages.push(
      ...await Promise.all(
        Array.from(
          { length: batch },
          () => ScriptedPage.open(url, options),
        ),
      ),
    );
  }
  await Promise.all(pages.map((page) => page.heard(1)));
  return pages;
}

/** Conversations that call tools, until they are told to stop. */
export interface ToolTalk {
  /** Resolves when each has got its last answer; what went wrong, a line each. */
  stop(): Promise<string[]>;
}

/** Has each conversation call a tool this often, side by side and not in step. */
export function talkWithTools(
  pages: readonly ScriptedPage[],
  everyMs: number,
): ToolTalk {
  let stopped = false;
  const failures: string[] = [];
  const talk = async (page: ScriptedPage, number: number) => {
    const first = performance.now() + number / pages.length * everyMs;
    for (let call = 0; !stopped; call++) {
      await delay(Math.max(0, first + call * everyMs - performance.now()));
      if (!stopped) await page.say(`call ${call}`);
    }
  };
  const talking = pages.map((page, number) =>
    talk(page, number).catch((error) => failures.push(error.message))
  );
  return {
    async stop() {
      stopped = true;
      await Promise.all(talking);
      return [...failures, ...pages.flatMap(({ errors }) => errors)];
    },
  };
}
