import { assert, assertEquals } from "@std/assert";
import { addBanker, LONG_QUESTION } from "./support/banker.ts";
import type { Browser, Page } from "./support/chromium.ts";
import { startConversation, type, waitForState } from "./support/page.ts";
import { sessionGate } from "./support/session_gate.ts";
import { sharedProject } from "./support/shared_steps.ts";

/** Whether all of it is within the first screen. */
async function inFirstScreen(page: Page, name: string): Promise<boolean> {
  await page.evaluate(() => scrollTo(0, 0));
  const box = (await page.getByRole("button", { name }).boundingBox())!;
  const { width, height } = page.viewportSize()!;
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= width &&
    box.y + box.height <= height;
}

const test = sharedProject("the layout of the page", addBanker);

test("from a small phone to a wide screen nothing scrolls sideways, and the buttons that matter are seen", async ({ app, browser }) => {
  for (const locale of ["en-US", "de-DE"]) {
    const german = locale === "de-DE";
    const start = german ? "Gespräch beginnen" : "Start conversation";
    const end = german ? "Gespräch beenden" : "End conversation";
    const page = await browser.newPage({ locale });
    await page.goto(`${app.url}/start-chat`);
    await page.locator(".start:enabled").waitFor();
    const check = async (state: string, button: string) => {
      for (const width of [320, 390, 768, 1280, 1920]) {
        await page.setViewportSize({ width, height: 844 });
        assertEquals(
          await page.evaluate(() => document.documentElement.scrollWidth),
          width,
          `${state}, ${locale}`,
        );
        if (width === 320) continue;
        assert(await inFirstScreen(page, button), `${state}, ${width}`);
      }
    };
    await check("idle", start);
    await page.getByRole("button", { name: start }).click();
    const says = (words: string) =>
      page.locator(".turn.assistant", { hasText: words }).waitFor();
    await says("How can I help you?");
    await page.getByRole("textbox").fill("What's the weather like in Rome?");
    await page.keyboard.press("Enter");
    await says("The weather in Rome is cloudy.");
    await check("a conversation", end);
    await page.locator(".corner button").last().click();
    await page.locator(".line").first().waitFor();
    await check("developer panel", end);
    await page.close();
  }
});

test("for people who prefer little motion nothing moves", async ({ app, browser }) => {
  const seen = await runningAnimations(browser, app.url, "reduce");
  assertEquals(Object.values(seen).flat(), [], JSON.stringify(seen));
  // Where motion is welcome the sign of the recording does move.
  const { recording } = await runningAnimations(
    browser,
    app.url,
    "no-preference",
  );
  assert(recording!.includes("blink"), String(recording));
});

/** The CSS animations and transitions that run in each state of a conversation. */
async function runningAnimations(
  browser: Browser,
  url: string,
  reducedMotion: "reduce" | "no-preference",
): Promise<Record<string, string[]>> {
  const page = await browser.newPage({ reducedMotion });
  const gate = await sessionGate(page);
  await page.goto(`${url}/start-chat?agent=banker`);
  const seen: Record<string, string[]> = {};
  const look = async (state: string) => {
    seen[state] = await page.evaluate(() =>
      document.getAnimations().map((animation) =>
        (animation as CSSAnimation).animationName ?? "transition"
      )
    );
  };
  await page.locator(".start:enabled").waitFor();
  await look("idle");
  await startConversation(page);
  await look("listening");
  await page.getByRole("button", { name: "Record" }).click();
  await page.locator(".recording").waitFor();
  await look("recording");
  await type(page, LONG_QUESTION);
  await waitForState(page, "Speaking");
  await look("speaking");
  await gate.cut();
  await waitForState(page, "Reconnecting");
  await look("reconnecting");
  await page.getByRole("button", { name: "End conversation" }).click();
  await waitForState(page, "Ended");
  await look("ended");
  await page.getByRole("button", { name: "Start conversation" }).click();
  await waitForState(page, "Failed");
  await look("failed");
  await page.close();
  return seen;
}
