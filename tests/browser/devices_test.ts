import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { startParley } from "../support/app.ts";
import { launchChromium, type Page } from "./support/chromium.ts";
import { fakeDevices } from "./support/devices.ts";
import { startConversation, waitForState } from "./support/page.ts";

const microphones = (page: Page) =>
  page.getByRole("combobox", { name: "Microphone", exact: true });
const speakers = (page: Page) =>
  page.getByRole("combobox", { name: "Speaker" });

async function openSettings(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).click();
}

/** Waits until the meter shows sound. */
async function waitForLevel(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    (document.querySelector("meter")?.value ?? 0) > 0.2
  );
}

/** How many frames the page asks for, in the time of ten. */
function framesAsked(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { requestAnimationFrame } = globalThis;
    let asked = 0;
    globalThis.requestAnimationFrame = (work) => {
      asked++;
      return requestAnimationFrame(work);
    };
    for (let frames = 0; frames < 10; frames++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    globalThis.requestAnimationFrame = requestAnimationFrame;
    return asked;
  });
}

Deno.test("microphone and speaker are chosen, seen at work, and remembered", async () => {
  await using app = await startParley();
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const machine = await fakeDevices(page, "Built-in", "Headset");
  await page.goto(`${app.url}/start-chat`);
  await openSettings(page);
  assertEquals(await microphones(page).locator("option").count(), 1);
  await page.getByRole("button", { name: "Test microphone" }).click();
  await waitForLevel(page);
  assertEquals(await microphones(page).locator("option").allInnerTexts(), [
    "The system's choice",
    "Built-in",
    "Headset",
  ]);
  await microphones(page).selectOption("Headset");
  await machine.waitForOpen("Headset");
  await page.getByRole("button", { name: "End test" }).click();
  await machine.waitForOpen();
  await page.keyboard.press("Escape");

  await startConversation(page);
  await machine.waitForOpen("Headset");
  await machine.waitForSent("Headset");
  await openSettings(page);
  await waitForLevel(page);
  // In mid-conversation the model hears another microphone, without a new call.
  await microphones(page).selectOption("Built-in");
  await machine.waitForOpen("Built-in");
  await machine.waitForSent("Built-in");
  await waitForLevel(page);

  await machine.plug("Built-in", "Headset", "Desk");
  await microphones(page).locator("option", { hasText: "Desk" }).waitFor({
    state: "attached",
  });
  await machine.plug("Headset");
  await machine.waitForOpen("Headset");
  assertEquals(await page.getByRole("alert").count(), 0);
  await machine.plug();
  await page.getByText("The microphone is gone. Plug it in").waitFor();
  await machine.plug("Desk");
  await microphones(page).selectOption("Desk");
  await machine.waitForOpen("Desk");
  await machine.waitForSent("Desk");
  assertEquals(await page.getByRole("alert").count(), 0);

  const audio = page.locator("audio");
  await page.getByRole("slider", { name: "Volume" }).fill("0.35");
  assertEquals(await audio.evaluate((it: HTMLAudioElement) => it.volume), 0.35);
  // The browser's own devices are not those of the test: note what is asked.
  await audio.evaluate((it) => {
    (it as HTMLAudioElement).setSinkId = (id) => {
      it.dataset.sink = id;
      return Promise.resolve();
    };
  });
  await speakers(page).selectOption("Headphones");
  assertEquals(await audio.getAttribute("data-sink"), "Headphones");
  await page.keyboard.press("Escape");
  await page.locator("meter").waitFor({ state: "detached" });
  // What is drawn anew now and then asks for one; what follows a sound, for each.
  assertLess(await framesAsked(page), 5, "where nothing is seen to move");
  await page.getByRole("button", { name: "End conversation" }).click();
  await waitForState(page, "Ended");
  await machine.waitForOpen();

  await page.reload();
  assertGreater(
    await page.evaluate(() => localStorage["parley.preferences"].length),
    0,
  );
  await openSettings(page);
  assertEquals(
    await page.getByRole("slider", { name: "Volume" }).inputValue(),
    "0.35",
  );
  await machine.plug("Headset", "Desk");
  await page.getByRole("button", { name: "Test microphone" }).click();
  await machine.waitForOpen("Desk");
  assertEquals(await speakers(page).inputValue(), "Headphones");
  // Whoever closes the settings closes the microphone too.
  await page.keyboard.press("Escape");
  await machine.waitForOpen();
});
