import { delay } from "../../lib/clock.ts";
import type { ScriptedPage } from "./scripted_page.ts";

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
