import axe, { type AxeResults } from "axe-core";
import type { Page } from "./chromium.ts";

interface InPage {
  axe?: { run(): Promise<AxeResults> };
}

/** What axe-core finds wrong with a page as it is now: a line for each element. */
export async function axeFaults(page: Page): Promise<string[]> {
  const loaded = await page.evaluate(() => "axe" in globalThis);
  if (!loaded) await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as InPage).axe!.run()
  );
  if (passes.length === 0) throw new Error(`axe saw nothing on ${page.url()}`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)
  );
}
