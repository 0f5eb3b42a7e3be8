import { assert, assertEquals } from "@std/assert";
import type { Locator } from "playwright-core";
import type { RunningParley } from "../support/app.ts";
import type { ProjectCopy } from "../support/project_copy.ts";
import { axeFaults } from "./support/axe.ts";
import { addBanker, LONG_QUESTION } from "./support/banker.ts";
import type { Browser, Page } from "./support/chromium.ts";
import { hasFocus, lostFocus, tabTo, watchFocus } from "./support/focus.ts";
import {
  choose,
  saying,
  startConversation,
  toolRows,
  type,
  waitForState,
} from "./support/page.ts";
import { sessionGate } from "./support/session_gate.ts";
import { sharedProject } from "./support/shared_steps.ts";

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** Each colour scheme and each width; what axe looks at does not depend on both. */
const LOOKS = [
  { viewport: PHONE, colorScheme: "dark" },
  { viewport: WIDE, colorScheme: "light" },
] as const;

/** Looks at a page as it is, in every way that it is shown. */
async function check(page: Page, state: string): Promise<void> {
  for (const { viewport, colorScheme } of LOOKS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    const faults = await axeFaults(page);
    assertEquals(faults, [], `${state}, ${viewport.width}, ${colorScheme}`);
  }
}

async function open(
  browser: Browser,
  app: RunningParley,
  path: string,
): Promise<Page> {
  // Without motion no colour is seen on its way from one to another.
  const page = await browser.newPage();
  await page.goto(`${app.url}${path}`);
  return page;
}

const test = sharedProject("the page is for everybody", addBanker);

test("axe finds nothing wrong with any page in any state, light and dark, wide and small", async ({ app, browser, project, test }) => {
  await test.step("no conversation yet", async () => {
    const page = await open(browser, app, "/conversations");
    await page.getByText("There are no conversations yet.").waitFor();
    await check(page, "/conversations, empty");
    await page.close();
  });

  await test.step("home, with and without faults", async () => {
    const page = await open(browser, app, "/");
    await page.getByRole("heading", { name: "Who would you like" }).waitFor();
    await check(page, "home");
    await withFault(project, async () => {
      await page.reload();
      await page.getByRole("heading", { name: "Faults in agents" }).waitFor();
      await check(page, "home with faults");
    });
    await page.close();
  });

  await test.step("before and on the way to a conversation", async () => {
    const page = await browser.newPage();
    const gate = await sessionGate(page);
    await page.goto(`${app.url}/start-chat`);
    const start = page.getByRole("button", { name: "Start conversation" });
    await start.and(page.locator(":enabled")).waitFor();
    await check(page, "idle");
    const settings = page.getByRole("button", { name: "Settings" });
    await settings.click();
    await page.getByRole("dialog", { name: "Settings" }).waitFor();
    await check(page, "settings");
    await page.getByRole("button", { name: "Test microphone" }).click();
    await page.getByRole("meter", { name: "Microphone level" }).waitFor();
    await check(page, "settings with the microphone's level");
    await page.keyboard.press("Escape");

    gate.hold();
    await start.click();
    await waitForState(page, "Connecting");
    await page.locator(".progress .done").getByText("Microphone").waitFor();
    await check(page, "connecting");
    await gate.cut();
    await waitForState(page, "Failed");
    await page.getByRole("alert").waitFor();
    await check(page, "failed");
    await page.close();
  });

  await test.step("a conversation", async () => {
    const page = await browser.newPage();
    const gate = await sessionGate(page);
    await page.goto(`${app.url}/start-chat?agent=banker`);
    await startConversation(page);
    await check(page, "greeted");

    await type(page, "Pay ten euros to Anna");
    const card = page.getByRole("region", { name: "Approve pay?" });
    await card.waitFor();
    await check(page, "approval");
    await card.getByRole("button", { name: "Approve" }).click();
    await saying(page, "ten euros went to Anna.").waitFor();
    await waitForState(page, "Listening");
    await toolRows(page, "pay").locator("summary").click();
    await check(page, "listening, with an opened tool row");

    await page.getByRole("button", { name: "Record" }).click();
    await page.getByRole("button", { name: "Stop recording" }).waitFor();
    await check(page, "recording");
    await page.getByRole("button", { name: "Stop recording" }).click();

    await type(page, LONG_QUESTION);
    await waitForState(page, "Speaking");
    await check(page, "speaking");
    assertEquals(await page.getByRole("status").innerText(), "Speaking");
    await page.getByRole("button", { name: "Interrupt" }).click();
    await waitForState(page, "Listening");
    await page.locator(".unheard").nth(1).waitFor();
    await check(page, "interrupted");

    await choose(page, "Push to talk", true);
    await page.getByRole("button", { name: "Hold to talk" }).waitFor();
    await check(page, "push to talk");

    await page.getByRole("button", { name: "Developer panel" }).click();
    const event = page.locator(".line summary");
    await event.filter({ hasText: "response.done" }).first().click();
    await page.getByText("Round trip").waitFor();
    await check(page, "developer panel, with an opened event");

    await gate.cut();
    await waitForState(page, "Reconnecting");
    await check(page, "reconnecting");
    await page.getByRole("button", { name: "End conversation" }).click();
    await waitForState(page, "Ended");
    await check(page, "ended");
    await page.close();
  });

  await test.step("past conversations", async () => {
    const page = await open(browser, app, "/conversations");
    await check(page, "/conversations");
    await page.getByRole("link", { name: "Pay ten euros to Anna" }).click();
    await toolRows(page, "pay").locator("summary").click();
    await page.getByText("Delete this conversation").click();
    await page.getByRole("button", { name: "Delete for good" }).waitFor();
    await check(page, "one conversation");
    await page.close();
  });

  await test.step("pages that are not there", async () => {
    const page = await open(browser, app, "/nowhere");
    await page.getByRole("heading", { name: "Not found" }).waitFor();
    await check(page, "404");
    await page.goto(`${app.url}/start-chat?agent=nobody`);
    await check(page, "unknown agent");
    await page.close();
  });
});

test("a whole conversation by keys alone, in which the focus is always seen and never lost", async ({ app, browser }) => {
  const page = await browser.newPage();
  await page.goto(`${app.url}/start-chat?agent=banker`);
  const { keyboard } = page;
  const button = (name: string) => page.getByRole("button", { name });
  const press = async (key: string, at: Locator, way?: "Shift+Tab") => {
    await tabTo(at, way);
    await keyboard.press(key);
  };

  const start = button("Start conversation");
  await start.and(page.locator(":enabled")).waitFor();
  await press("Enter", button("Settings"));
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await dialog.waitFor();
  assert(await hasFocus(dialog));
  await tabTo(button("Close"));
  await keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert(await hasFocus(button("Settings")));
  await keyboard.press("Enter");
  await press(" ", button("Close"));
  await dialog.waitFor({ state: "hidden" });
  assert(await hasFocus(button("Settings")));
  await press(" ", button("Developer panel"));

  await watchFocus(page);
  await press("Enter", start);
  const mute = button("Mute microphone");
  await mute.waitFor();
  assert(await hasFocus(mute));
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  await press("Enter", button("Say “Pay ten euros to Anna.”"));
  const card = page.getByRole("region", { name: "Approve pay?" });
  await card.waitFor();
  assert(
    await hasFocus(mute),
    "The suggestions are gone, the controls are not",
  );
  await press("Enter", card.getByRole("button", { name: "Approve" }));
  await card.waitFor({ state: "detached" });
  const row = toolRows(page, "pay");
  assert(await hasFocus(row.locator("summary")));
  await keyboard.press(" ");
  await row.getByText("Arguments").waitFor();
  await saying(page, "ten euros went to Anna.").waitFor();
  await waitForState(page, "Listening");

  await tabTo(page.getByRole("textbox", { name: "Message" }));
  await keyboard.type(LONG_QUESTION);
  await keyboard.press("Enter");
  await waitForState(page, "Speaking");
  await press(" ", button("Interrupt"), "Shift+Tab");
  await waitForState(page, "Listening");
  await press("Enter", button("Record"));
  await button("Stop recording").waitFor();
  await keyboard.press("Enter");
  await button("Record").waitFor();

  await press("Enter", page.locator(".line summary").first());
  await page.locator(".line[open]").waitFor();
  await press("Enter", button("End conversation"), "Shift+Tab");
  await waitForState(page, "Ended");
  assert(await hasFocus(start));
  assertEquals(await lostFocus(page), []);
});

/** Does something while one of the project's tools can't be loaded. */
async function withFault(
  project: ProjectCopy,
  work: () => Promise<void>,
): Promise<void> {
  await project.write("lib/tools/broken.ts", "export default 1;\n");
  await work();
  await Deno.remove(new URL("lib/tools/broken.ts", project.root));
}
