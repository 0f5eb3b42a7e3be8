import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { personWav } from "../local/audio/person.ts";
import type { Page } from "./support/chromium.ts";
import { assertNoEnglish } from "./support/english.ts";
import { fileFrom } from "./support/files.ts";
import { heldFrames } from "./support/held_frames.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import {
  interrupt,
  saying,
  startAndBeGreeted,
  startConversation,
  toolRows,
  type,
  waitForState,
} from "./support/page.ts";
import { sharedApp } from "./support/shared_steps.ts";

const ROME = "What's the weather like in Rome?";
const ANSWER =
  "The weather in Rome is cloudy. This is sample data, because the weather service could not be reached.";

/** Who is at it in each turn, in the order of the page: "You", "get_weather". */
async function speakers(page: Page): Promise<string[]> {
  return await page.getByRole("log", { name: "Transcript" })
    .locator("h3, summary code, .note").evaluateAll((all) =>
      all.map((it) => it.firstChild?.textContent?.trim() ?? "")
    );
}

const test = sharedApp("the transcript in the page");

test("turns stand in the order of the conversation, and show their text as it forms", async ({ app, browser }) => {
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  const frames = await heldFrames(page);
  await page.goto(`${app.url}/start-chat`);
  await startConversation(page);

  // Everything of the question comes late.
  frames.hold((frame) => /"role":"user"|input_audio_transcription/.test(frame));
  await microphone.say(await personWav(ROME));
  await saying(page, "The weather in Rome").waitFor();
  const late = ["Weather Bot", "get_weather", "Weather Bot"];
  assertEquals(await speakers(page), late);
  frames.release();
  const question = saying(page, "weather like in Rome");
  await question.waitFor();
  assertEquals(await speakers(page), [
    "Weather Bot",
    "You",
    "get_weather",
    "Weather Bot",
  ]);
  await interrupt(page);

  // Only its text comes late: its place is there, and says that it is coming.
  frames.hold((frame) => frame.includes("input_audio_transcription"));
  await microphone.say(await personWav("What is the weather like in Paris?"));
  await saying(page, "The weather in Paris").waitFor();
  assertEquals((await speakers(page)).slice(4), [
    "You",
    "get_weather",
    "Weather Bot",
  ]);
  const forming = page.locator(".turn.user.forming");
  await forming.getByRole("img", { name: "…" }).waitFor();
  frames.release();
  await saying(page, "weather like in Paris").waitFor();
  assertEquals(await forming.count(), 0);
  await interrupt(page);

  let deltas = 0;
  frames.hold((frame) =>
    (frame.includes("output_audio_transcript.delta") ? ++deltas : deltas) > 3
  );
  await type(page, ROME);
  await frames.waitForOne();
  const answer = page.locator(".turn.assistant").last();
  assertMatch(await answer.getAttribute("class") ?? "", /forming/);
  const partial = await answer.locator("p").innerText();
  assert(partial.length > 5 && partial.length < ANSWER.length, partial);
  assertEquals(partial.trimEnd(), ANSWER.slice(0, partial.trimEnd().length));
  frames.release();
  await answer.getByText(ANSWER, { exact: true }).waitFor();
  await answer.and(page.locator(".complete")).waitFor();
});

test("what was said and done can be looked into, followed, and taken along", async ({ app, browser }) => {
  const context = await browser.newContext({
    permissions: ["clipboard-read", "clipboard-write", "microphone"],
  });
  const page = await context.newPage();
  await page.goto(`${app.url}/start-chat`);
  for (const name of ["Copy", "Text", "JSON"]) {
    const button = page.getByRole("button", { name, exact: true });
    assertEquals(await button.isDisabled(), true, name);
  }
  assertEquals(await page.getByRole("button", { name: "Say" }).count(), 0);
  await startAndBeGreeted(page);

  // Suggestions say themselves, and go once the talk has begun.
  await page.getByRole("button", { name: `Say “${ROME}”` }).click();
  await saying(page, ROME).waitFor();
  await waitForState(page, "Speaking");
  assertEquals(await page.getByText("You could say").count(), 0);
  await saying(page, ANSWER).waitFor();
  await page.getByRole("button", { name: "Interrupt" }).click();
  await waitForState(page, "Listening");
  const cut = page.locator(".turn.interrupted");
  await cut.getByText("interrupted").waitFor();

  const row = toolRows(page, "get_weather");
  assertMatch(
    await row.locator("summary").innerText(),
    /get_weather\s+Rome\s+done · \d+ ms\s+0:\d\d/,
  );
  assertEquals(await row.getByText("Arguments").isVisible(), false);
  await row.locator("summary").click();
  await row.getByText("Arguments").waitFor();
  const [given, result] = await row.locator("pre").allInnerTexts();
  assertEquals(JSON.parse(given!), { location: "Rome" });
  assertEquals(result, ANSWER);

  const times = await page.locator(".transcript time").evaluateAll((all) =>
    (all as HTMLTimeElement[]).map((it) => ({
      shown: it.innerText,
      at: Date.parse(it.dateTime),
    }))
  );
  assertEquals(times.length, 4);
  assertEquals(times[0]!.shown, "0:00");
  times.forEach(({ shown, at }, turn) => {
    const seconds = Math.floor((at - times[0]!.at) / 1000);
    assertEquals(shown, `0:${String(seconds).padStart(2, "0")}`);
    if (turn > 0) assert(at >= times[turn - 1]!.at);
  });
  assertLess(Math.abs(Date.now() - times[0]!.at), 60_000);

  const unheard = (await cut.locator(".unheard").innerText())
    .replace("not heard:", "").trim();
  assert(ANSWER.endsWith(unheard) && unheard.length > 20, unheard);
  const heard = ANSWER.slice(0, -unheard.length).trim();
  const lines = [
    "Weather Bot: How can I help you?",
    `You: ${ROME}`,
    `get_weather({"location":"Rome"}): done: ${ANSWER}`,
    `Weather Bot: ${heard} (interrupted; not heard: ${unheard})`,
  ];
  const text = lines.map((line, turn) => `[${times[turn]!.shown}] ${line}\n`)
    .join("");
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByText("Copied").waitFor();
  assertEquals(
    await page.evaluate(() => navigator.clipboard.readText()),
    text,
  );
  const asText = await fileFrom(page, "Text");
  assertMatch(asText.name, /^parley-weather-\d{4}-\d\d-\d\d-\d{4}\.txt$/);
  assertEquals(asText.content, text);
  const asJson = await fileFrom(page, "JSON");
  assertMatch(asJson.name, /^parley-weather-\d{4}-\d\d-\d\d-\d{4}\.json$/);
  const { agent, turns } = JSON.parse(asJson.content);
  assertEquals(agent, "Weather Bot");
  assertEquals(
    turns.map(({ kind, status }: Record<string, string>) => [kind, status]),
    [
      ["message", "complete"],
      ["message", "complete"],
      ["tool", "completed"],
      ["message", "interrupted"],
    ],
  );
  assertEquals(turns[2].output, ANSWER);
  assertEquals(turns[3].text, ANSWER);
  assertEquals(turns[3].text.slice(turns[3].heard).trim(), unheard);
  assertEquals(
    turns.map(({ at }: { at: number }) => at),
    times.map((it) => it.at),
  );

  await page.evaluate(() =>
    navigator.clipboard.writeText = () => Promise.reject(new Error("No"))
  );
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByText("It could not be copied").waitFor();
  // What was said can be taken along after the end, too.
  await page.getByRole("button", { name: "End conversation" }).click();
  assertEquals((await fileFrom(page, "Text")).content, text);
});

test("the transcript follows its end, unless the reader has scrolled up", async ({ app, browser }) => {
  const page = await browser.newPage({
    viewport: { width: 1100, height: 600 },
  });
  await page.goto(`${app.url}/start-chat`);
  await startConversation(page);
  const scroll = (await page.locator(".scroll").elementHandle())!;
  const top = () => scroll.evaluate((it) => it.scrollTop);
  const waitForEnd = () =>
    page.waitForFunction(
      (it) => it.scrollHeight - it.scrollTop - it.clientHeight < 2,
      scroll,
    );
  let asked = 0;
  const ask = async () => {
    await type(page, ROME);
    await saying(page, "The weather in Rome is").nth(asked++).waitFor();
  };
  const latest = page.getByRole("button", { name: "To the latest" });
  for (let times = 0; times < 5; times++) {
    await ask();
    await waitForEnd();
  }
  assert(await top() > 300, "there is enough to scroll");
  assertEquals(await latest.count(), 0);

  await scroll.evaluate((it) => it.scrollBy(0, -250));
  await latest.waitFor();
  const stays = await top();
  await ask();
  await waitForState(page, "Speaking");
  assertEquals(await top(), stays);
  await latest.click();
  await waitForEnd();
  await latest.waitFor({ state: "detached" });
  await ask();
  await waitForEnd();
  assertEquals(await latest.count(), 0);
});

test("a conversation that was handed over says with whom it goes on, and the tabs lead to every agent", async ({ app, browser }) => {
  const page = await browser.newPage();
  await page.goto(`${app.url}/start-chat?agent=concierge`);
  const tabs = page.getByRole("navigation", { name: "Agents" });
  const current = tabs.locator("[aria-current=page]");
  assertEquals(await current.innerText(), "Concierge");
  const start = page.getByRole("button", { name: "Start conversation" });
  await start.click();
  await interrupt(page);
  assertEquals(await page.locator(".partner").count(), 0);
  await type(page, "I have a question about the weather.");
  await page.getByText("with Weather Bot").waitFor();
  await saying(page, "This is the Weather Bot.").waitFor();
  assertEquals(await speakers(page), [
    "Concierge",
    "You",
    "Concierge handed over to Weather Bot",
    "Weather Bot",
  ]);
  await page.getByRole("button", { name: "End conversation" }).click();
  await start.click();
  await waitForState(page, "Speaking");
  assertEquals(await page.locator(".partner").count(), 0);

  for (const title of ["Voice Translator", "Weather Bot", "Concierge"]) {
    await tabs.getByRole("link", { name: title }).click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    assertEquals(await current.innerText(), title);
  }
});

test("a German browser gets a German page, from the first word to the last", async ({ app, browser }) => {
  const page = await browser.newPage({ locale: "de-DE" });
  await page.goto(`${app.url}/start-chat`);
  assertEquals(await page.locator("html").getAttribute("lang"), "de");
  await assertNoEnglish(page);
  await page.getByRole("button", { name: "Entwickleransicht" }).click();
  await page.getByRole("button", { name: "Gespräch beginnen" }).click();
  await waitForState(page, "Spricht");
  await waitForState(page, "Hört zu");
  await assertNoEnglish(page);
  await page.getByRole("textbox", { name: "Nachricht" }).fill(ROME);
  await page.getByRole("button", { name: "Nachricht senden" }).click();
  const log = page.getByRole("log", { name: "Mitschrift" });
  await log.getByRole("article").filter({ hasText: "Rome is cloudy" })
    .waitFor();
  await waitForState(page, "Spricht");
  await page.getByRole("button", { name: "Unterbrechen" }).click();
  await log.getByText("unterbrochen").waitFor();
  const row = log.locator("details");
  assertMatch(await row.innerText(), /fertig · \d+ ms/);
  await row.click();
  await row.getByText("Argumente").waitFor();
  await row.getByText("Ergebnis").waitFor();
  await page.getByRole("button", { name: "Einstellungen" }).click();
  await page.getByRole("switch", { name: "Sprechtaste" }).waitFor();
  await assertNoEnglish(page);
  await page.keyboard.press("Escape");
  const { content } = await fileFrom(page, "Text");
  assertMatch(content, /\] Sie: .*\n/);
  assertMatch(content, /fertig: .*\n.* \(unterbrochen; nicht gehört/);
  await page.getByRole("button", { name: "Gespräch beenden" }).click();
  await waitForState(page, "Beendet");
  await assertNoEnglish(page);
});
