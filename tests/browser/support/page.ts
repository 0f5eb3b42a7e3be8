import type { Page } from "./chromium.ts";

/** What the page's status said, in order, since {@link watchStates}. */
interface InPage {
  testStates?: string[];
}

/** Notes every state the page shows from here on; call it before the page opens. */
export async function watchStates(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const states: string[] = (globalThis as InPage).testStates = [];
    const note = () => {
      const state = document.querySelector('[role="status"]')?.textContent;
      if (state && states.at(-1) !== state) states.push(state);
    };
    new MutationObserver(note).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
}

/** The states so far. */
export async function seenStates(page: Page): Promise<string[]> {
  return await page.evaluate(() => (globalThis as InPage).testStates ?? []);
}

/**
 * Waits until the page shows this state.
 *
 * @throws with what the page shows instead, when it does not come.
 */
export async function waitForState(page: Page, state: string): Promise<void> {
  await orTellShown(
    page,
    state,
    () => page.getByRole("status").filter({ hasText: state }).waitFor(),
  );
}

async function orTellShown(
  page: Page,
  state: string,
  wait: () => Promise<void>,
): Promise<void> {
  try {
    await wait();
  } catch (error) {
    const shown = await page.locator("main").innerText();
    throw new Error(`The page never was ${state}. It shows:\n${shown}`, {
      cause: error,
    });
  }
}

/** What somebody said with these words in it. */
export function saying(page: Page, words: string | RegExp) {
  return page.getByRole("log", { name: "Transcript" }).getByRole("article")
    .filter({ hasText: words });
}

/** What the person is taken to have said, with these words in it. */
export function heardSaying(page: Page, words: string | RegExp) {
  return saying(page, words)
    .filter({ has: page.getByRole("heading", { name: /^You\b/ }) });
}

/** The rows of the tool with this name. */
export function toolRows(page: Page, name: string) {
  return page.getByRole("log", { name: "Transcript" }).locator("details")
    .filter({ hasText: name });
}

/** Presses "Start conversation", and waits until the greeting has been spoken. */
export async function startAndBeGreeted(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start conversation" }).click();
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
}

/** The same, but interrupts the greeting: to hear it out takes seconds. */
export async function startConversation(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start conversation" }).click();
  // Pressed from within the page: until a test has noticed it, and has moved a
  // pointer there, a short greeting may be over on a busy machine.
  await orTellShown(page, "Speaking", async () => {
    await page.waitForFunction(() => {
      if (
        document.querySelector('[role="status"]')?.textContent !== "Speaking"
      ) {
        return false;
      }
      const interrupt = [...document.querySelectorAll("button")]
        .find(({ textContent }) => textContent.trim() === "Interrupt");
      interrupt?.click();
      return interrupt !== undefined;
    });
  });
  await waitForState(page, "Listening");
}

/** Has the agent stop what it is about to say or says, and waits until it listens. */
export async function interrupt(page: Page): Promise<void> {
  await waitForState(page, "Speaking");
  await page.getByRole("button", { name: "Interrupt" }).click();
  await waitForState(page, "Listening");
}

/** Types a message and sends it. */
export async function type(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
}

/** Sets a switch in the settings. */
export async function choose(
  page: Page,
  name: string,
  on: boolean,
): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("switch", { name }).setChecked(on);
  await page.keyboard.press("Escape");
}
