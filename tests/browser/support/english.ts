import { assertEquals } from "@std/assert";
import { ENGLISH } from "../../../lib/language/english.ts";
import { GERMAN } from "../../../lib/language/german.ts";
import type { Page } from "./chromium.ts";

/** The page's own words are in no place English ones: not in text, names or hints. */
export async function assertNoEnglish(page: Page): Promise<void> {
  const german = new Set(Object.values(GERMAN).flatMap(Object.values));
  const english = Object.values(ENGLISH).flatMap(Object.values)
    .filter((words) => words !== "" && !german.has(words));
  const shown = await page.evaluate(() => {
    const words: string[] = [];
    const all = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
    for (let node; (node = all.nextNode());) {
      if (node instanceof Element) {
        for (const name of ["aria-label", "title", "placeholder"]) {
          words.push(node.getAttribute(name) ?? "");
        }
      } else if (!node.parentElement?.closest("script, code, pre")) {
        words.push(node.textContent?.trim() ?? "");
      }
    }
    return words;
  });
  assertEquals(shown.filter((words) => english.includes(words)), []);
}
