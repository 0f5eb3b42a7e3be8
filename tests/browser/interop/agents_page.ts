import type { Page } from "../support/chromium.ts";
import type { AgentsPage } from "./agents_script.ts";

// What functions handed to the page find there.
declare const agents: AgentsPage["agents"];

/** An item of the SDK's history, as far as a test looks at it. */
export interface HistoryItem {
  type: string;
  role?: string;
  status?: string;
  content?: { type: string; transcript?: string | null; text?: string }[];
  name?: string;
  arguments?: string;
  output?: string | null;
}

/**
 * Everything that goes wrong in a page from here on: what it throws, and what it
 * warns of. The SDK throws at an event that lacks a field, and only warns when
 * its configuration is not acknowledged.
 */
export function troublesOf(page: Page): string[] {
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      troubles.push(message.text());
    }
  });
  return troubles;
}

/** Presses "Call" and waits until the SDK says that it is connected. */
export async function call(page: Page): Promise<{ callId: string }> {
  await page.getByRole("button", { name: "Call" }).click();
  await page.evaluate(() => agents.connected);
  const callId = await page.evaluate(() => agents.transport.callId);
  if (callId === undefined) throw new Error("The SDK knows no call id");
  return { callId };
}

/** Waits until the SDK has handed on so many events of this type. */
export async function waitForEvents(
  page: Page,
  type: string,
  count: number,
): Promise<void> {
  await page.waitForFunction(
    ([type, count]) =>
      agents.events.filter((event) => event.type === type).length >= count,
    [type, count] as const,
  );
}

/** How many events of this type the SDK has handed on. */
export async function eventsSeen(page: Page, type: string): Promise<number> {
  return await page.evaluate(
    (type) => agents.events.filter((event) => event.type === type).length,
    type,
  );
}

/** The types of events that the SDK could make nothing of, each once. */
export async function misunderstood(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const events = agents.events.filter(({ understood }) => !understood);
    return [...new Set(events.map(({ type }) => type))];
  });
}

export async function historyOf(page: Page): Promise<HistoryItem[]> {
  return await page.evaluate(() => agents.session.history) as HistoryItem[];
}

/** What was said in a message, as far as the SDK knows. */
export function wordsOf(item: HistoryItem | undefined): string {
  return (item?.content ?? [])
    .map(({ text, transcript }) => text ?? transcript ?? "").join(" ");
}

/** What the SDK reported as errors. */
export async function errorsOf(page: Page): Promise<string[]> {
  return await page.evaluate(() => agents.errors);
}

/** Types a question, as it were. */
export async function ask(page: Page, text: string): Promise<void> {
  await page.evaluate((text) => agents.session.sendMessage(text), text);
}

/** Does what a "Stop talking" button would. */
export async function interrupt(page: Page): Promise<void> {
  await page.evaluate(() => agents.session.interrupt());
}

/** Hangs up. */
export async function close(page: Page): Promise<void> {
  await page.evaluate(() => agents.session.close());
}
