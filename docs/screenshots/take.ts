/**
 * Takes the README's pictures: starts the application, holds conversations with
 * it, spoken where a picture shows sound, and writes PNG files beside this file.
 */
import { personWav } from "../../tests/local/audio/person.ts";
import { startParley } from "../../tests/support/app.ts";
import { copyProject } from "../../tests/support/project_copy.ts";
import { serveWeather } from "../../tests/tools/weather_server.ts";
import { addBanker } from "../../tests/browser/support/banker.ts";
import {
  type Browser,
  launchChromium,
  type Page,
} from "../../tests/browser/support/chromium.ts";
import { fakeMicrophone } from "../../tests/browser/support/microphone.ts";
import {
  saying,
  startAndBeGreeted,
  toolRows,
  type,
  waitForState,
} from "../../tests/browser/support/page.ts";

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** A sound this loud, of 1, gives a picture in which it can be seen. */
const LOUD = 0.55;

/** Writes what the page shows into a file of this name. */
async function take(page: Page, name: string): Promise<void> {
  // Nothing is to look as if it were pointed at.
  await page.mouse.move(0, 0);
  const path = new URL(`./${name}.png`, import.meta.url).pathname;
  const { byteLength } = await page.screenshot({ path });
  console.log(`${name}.png ${Math.ceil(byteLength / 1000)} KB`);
}

/** Waits until a sound can be seen in the picture of the sound. */
async function waitForSound(page: Page): Promise<void> {
  await page.waitForFunction((loud) => {
    const canvas = document.querySelector<HTMLCanvasElement>(".visualiser");
    return Number(canvas?.dataset.level) > loud;
  }, LOUD);
}

async function beforeAll(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage(DESKTOP);
  await page.goto(url);
  await take(page, "home");
  await page.goto(`${url}/start-chat`);
  await page.locator(".start:enabled").waitFor();
  await take(page, "idle");
  await page.close();
}

const WEATHER = "What is the weather like in Rome?";

/** A page that has answered how the weather is, and listens again. */
async function afterWeather(
  browser: Browser,
  url: string,
  screen: Parameters<Browser["newPage"]>[0] = DESKTOP,
) {
  const page = await browser.newPage(screen);
  const microphone = await fakeMicrophone(page);
  await page.goto(`${url}/start-chat`);
  await startAndBeGreeted(page);
  await microphone.say(await personWav(WEATHER));
  await saying(page, "The weather in Rome").waitFor();
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  return { page, microphone };
}

async function listening(browser: Browser, url: string): Promise<void> {
  const { page, microphone } = await afterWeather(browser, url);
  await toolRows(page, "get_weather").locator("summary").click();
  const question = microphone.say(await personWav(WEATHER));
  await waitForSound(page);
  await take(page, "listening");
  await question;
  await page.close();
}

/** One conversation, until it is one of the past. */
async function conversation(browser: Browser, url: string): Promise<void> {
  const { page, microphone } = await afterWeather(browser, url);
  await microphone.say(await personWav("What is the temperature in Rome?"));
  await saying(page, "It is 18 degrees").waitFor();
  await waitForState(page, "Speaking");
  await waitForSound(page);
  await take(page, "speaking");
  await waitForState(page, "Listening");

  await page.emulateMedia({ colorScheme: "dark" });
  await type(page, "Thanks! And how cold is it in Rome?");
  await saying(page, "It is 18 degrees").nth(1).waitFor();
  await waitForState(page, "Speaking");
  await waitForSound(page);
  await take(page, "dark");
  await waitForState(page, "Listening");
  await page.emulateMedia({ colorScheme: "light" });

  await page.getByRole("button", { name: "Developer panel" }).click();
  // The network is measured by what comes while somebody speaks.
  await type(page, WEATHER);
  await page.getByText(/^\d+\.\d %$/).waitFor();
  await waitForState(page, "Listening");
  // The frame that a tool is done.
  await page.locator(".line summary", { hasText: "tool" }).nth(1).click();
  await page.locator(".developer").evaluate((panel) =>
    panel.scrollIntoView({ block: "end" })
  );
  await take(page, "developer");
  await page.getByRole("button", { name: "End conversation" }).click();
  await waitForState(page, "Ended");

  await page.getByRole("link", { name: "Past conversations" }).click();
  await page.getByRole("link", { name: "Rome" }).first().click();
  await toolRows(page, "get_weather").first().locator("summary").click();
  await take(page, "past-conversation");
  await page.close();
}

async function phone(browser: Browser, url: string): Promise<void> {
  const { page } = await afterWeather(browser, url, PHONE);
  await waitForStillness(page);
  await take(page, "phone");
  await page.close();
}

async function failure(url: string): Promise<void> {
  await using browser = await launchChromium({ denyMicrophone: true });
  const page = await browser.newPage(DESKTOP);
  await page.goto(`${url}/start-chat`);
  await startAndBeGreeted(page);
  await waitForStillness(page);
  await take(page, "failure");
}

async function approval(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage(DESKTOP);
  await page.goto(`${url}/start-chat?agent=banker`);
  await startAndBeGreeted(page);
  await type(page, "Pay ten euros to Anna");
  await page.getByRole("button", { name: "Approve" }).focus();
  await take(page, "approval");
  await page.close();
}

/** Waits until the picture of the sound stands still. */
async function waitForStillness(page: Page): Promise<void> {
  await page.locator(".visualiser").evaluate(async (canvas) => {
    const draw = () => (canvas as HTMLCanvasElement).toDataURL();
    let [before, same] = ["", 0];
    while (same < 10) {
      await new Promise(requestAnimationFrame);
      const now = draw();
      same = now === before ? same + 1 : 0;
      before = now;
    }
  });
}

await using _weather = serveWeather();
const env = Object.fromEntries(
  ["WEATHER_GEOCODING_URL", "WEATHER_FORECAST_URL"].map((name) => [
    name,
    Deno.env.get(name)!,
  ]),
);
await using app = await startParley({ env });
await using browser = await launchChromium({ motion: true });
await beforeAll(browser, app.url);
await listening(browser, app.url);
await conversation(browser, app.url);
await phone(browser, app.url);
await failure(app.url);
await using project = await copyProject();
await addBanker(project);
await using bank = await startParley({ root: project.root, env });
await approval(browser, bank.url);
