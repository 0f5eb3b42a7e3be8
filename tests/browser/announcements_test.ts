import { assert, assertEquals, assertMatch } from "@std/assert";
import { personWav } from "../local/audio/person.ts";
import { startParley } from "../support/app.ts";
import { copyProject } from "../support/project_copy.ts";
import { startWeather } from "../support/weather_service.ts";
import { addBanker, LONG_QUESTION } from "./support/banker.ts";
import { launchChromium, type Page } from "./support/chromium.ts";
import { announcements, watchLiveRegions } from "./support/live_regions.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import {
  saying,
  startConversation,
  type,
  waitForState,
} from "./support/page.ts";
import { sessionGate } from "./support/session_gate.ts";

/** What one kind of region said, in order. */
async function saidBy(page: Page, region: string): Promise<string[]> {
  return (await announcements(page)).filter((said) => said.region === region)
    .map(({ text }) => text);
}

/** Waits until the answer has been spoken to its end. */
async function answered(page: Page, words: string): Promise<void> {
  await saying(page, words).waitFor();
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
}

/** Counts how often the words of the transcript change, from here on. */
async function countWords(page: Page): Promise<() => Promise<number>> {
  const count = await page.getByRole("log").evaluateHandle((log) => {
    const seen = { changes: 0 };
    new MutationObserver((changes) => seen.changes += changes.length).observe(
      log,
      { subtree: true, characterData: true },
    );
    return seen;
  });
  return async () => (await count.jsonValue()).changes;
}

Deno.test("a screen reader hears each finished turn once, each change of state, and no word that is still forming", async () => {
  await using weather = startWeather();
  await using app = await startParley({ env: weather.env });
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  const gate = await sessionGate(page);
  await page.goto(`${app.url}/start-chat`);
  await page.locator(".start:enabled").waitFor();
  await watchLiveRegions(page);
  assertEquals(
    await page.getByRole("log").getAttribute("aria-live"),
    "off",
    "a log is live unless it says otherwise",
  );
  const changes = await countWords(page);
  // A call that stands at once is not on its way for long enough to say so.
  gate.hold();
  await page.getByRole("button", { name: "Start conversation" }).click();
  await waitForState(page, "Connecting");
  gate.release();
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  await microphone.say(await personWav("What is the weather like in Rome?"));
  await answered(page, "Rome is cloudy");
  await type(page, "What's the weather like in Paris?");
  await answered(page, "Paris is sunny");
  const spoken = await saying(page, "Rome").first().locator("p").innerText();
  await page.getByRole("button", { name: "End conversation" }).click();
  await waitForState(page, "Ended");

  assertEquals(await saidBy(page, "polite"), [
    "Weather Bot: How can I help you?",
    `You: ${spoken}`,
    "Weather Bot: The weather in Rome is cloudy.",
    "You: What's the weather like in Paris?",
    "Weather Bot: The weather in Paris is sunny.",
  ]);
  // Word by word, which is what nobody wants to hear.
  assert(await changes() > 10, `${await changes()} changes`);

  const states = await saidBy(page, "status");
  const changed = (state: string, at: number, all: string[]) =>
    state !== all[at - 1];
  assertEquals(states, states.filter(changed), "said twice in a row");
  const calm = states.filter((state) => state !== "Thinking");
  assertEquals(calm.filter(changed), [
    "Connecting",
    "Listening",
    "Speaking",
    "Listening",
    "Speaking",
    "Listening",
    "Speaking",
    "Listening",
    "Ended",
  ]);
  assert(states.includes("Thinking"));
  assertEquals(await saidBy(page, "alert"), []);
});

Deno.test("a screen reader hears what waits for approval, what was cut, and what went wrong", async () => {
  await using project = await copyProject();
  await addBanker(project);
  await using app = await startParley({ root: project.root });
  await using browser = await launchChromium({ noMicrophone: true });
  const page = await browser.newPage();
  await page.goto(`${app.url}/start-chat?agent=banker`);
  await page.locator(".start:enabled").waitFor();
  await watchLiveRegions(page);
  await startConversation(page);
  await type(page, "Pay ten euros to Anna");
  await page.getByRole("button", { name: "Approve" }).click();
  await answered(page, "ten euros went to Anna.");
  await type(page, LONG_QUESTION);
  await waitForState(page, "Speaking");
  await page.getByRole("button", { name: "Interrupt" }).click();
  await page.locator(".turn.interrupted").nth(1).waitFor();
  await waitForState(page, "Listening");

  const said = await saidBy(page, "polite");
  const cut = said.pop()!;
  assertEquals(said, [
    "Banker: Whom shall I pay?",
    "You: Pay ten euros to Anna",
    "pay waits for your approval",
    "Banker: ten euros went to Anna.",
    `You: ${LONG_QUESTION}`,
  ]);
  assertMatch(cut, /^Banker:/);
  assert(cut.length < 200, `What was never heard is read out: ${cut}`);
  const [alert, ...more] = await saidBy(page, "alert");
  assertMatch(alert!, /^No microphone was found/);
  assertEquals(more, []);
});
