import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
} from "@std/assert";
import { personWav } from "../local/audio/person.ts";
import { startParley } from "../support/app.ts";
import { launchChromium, type Page } from "./support/chromium.ts";
import { type FakeMicrophone, fakeMicrophone } from "./support/microphone.ts";
import {
  saying,
  startConversation,
  type,
  waitForState,
} from "./support/page.ts";
import { sharedApp } from "./support/shared_steps.ts";

const button = (page: Page) =>
  page.getByRole("button", { name: "Developer panel" });
const panel = (page: Page) =>
  page.getByRole("region", { name: "Developer panel" });

/** The figures of this name, in order: what stands behind it. */
function figures(page: Page, name: string) {
  return panel(page).locator("dl > div", {
    has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }),
  }).locator("dd");
}

async function figure(page: Page, name: string): Promise<number> {
  const text = await figures(page, name).innerText();
  const number = parseFloat(text.replace("$", ""));
  assert(!Number.isNaN(number), `${name} is "${text}"`);
  return number;
}

/** The lines of the event log, each with its arrow in words: "sent start". */
function lines(page: Page, words: string | RegExp = "") {
  return panel(page).locator("details", {
    has: page.locator("summary", { hasText: words }),
  });
}

async function lineTexts(page: Page): Promise<string[]> {
  const texts = await lines(page).locator("summary").allInnerTexts();
  return texts.map((text) => text.replaceAll(/\s+/g, " "));
}

/** Asks aloud for the weather in a city, and waits until it is being told. */
async function ask(
  page: Page,
  microphone: FakeMicrophone,
  city: string,
): Promise<void> {
  await microphone.say(await personWav(`What is the weather like in ${city}?`));
  await saying(page, `The weather in ${city} is`).waitFor();
  await waitForState(page, "Speaking");
}

const test = sharedApp("the developer panel", { weather: true });

test("it has the figures and the events of a call", async ({ app, browser }) => {
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  await page.goto(`${app.url}/start-chat`);
  assertEquals(await button(page).getAttribute("aria-expanded"), "false");
  assertEquals(await panel(page).count(), 0);
  await button(page).click();
  assertEquals(await button(page).getAttribute("aria-expanded"), "true");
  await panel(page).getByText("No spoken turn yet").waitFor();
  await panel(page).getByText("No tool called yet").waitFor();
  await panel(page).getByText("Known while a call stands").waitFor();
  await panel(page).getByText("No events").waitFor();
  assertEquals(await figures(page, "Server").innerText(), "–");

  await startConversation(page);
  const stages = await Promise.all(
    ["Microphone", "Server", "Call", "Sound both ways"].map((name) =>
      figure(page, name)
    ),
  );
  const [microphoneMs, serverMs, callMs, soundMs] = stages as number[];
  assertGreater(microphoneMs!, 0);
  assertGreater(serverMs!, 0);
  assertGreater(callMs!, Math.max(microphoneMs!, serverMs!));
  assertGreater(soundMs!, callMs!);
  assertLess(soundMs!, 20_000);
  await panel(page).getByText(`${soundMs} ms in all`).waitFor();
  const greetingTokens = await figure(page, "Out");
  assertGreater(greetingTokens, 0);

  await ask(page, microphone, "Rome");
  const chart = panel(page).getByRole("img");
  const name = (await chart.getAttribute("aria-label"))!;
  assertMatch(name, /^Turn 1: \d+ ms$/);
  const latencyMs = parseInt(name.split(" ")[2]!);
  assertGreater(latencyMs, 50);
  assertLess(latencyMs, 10_000);
  assertEquals(await chart.locator("rect").count(), 1);
  await panel(page).getByText(`median ${latencyMs} ms`).waitFor();
  const toolMs = await figure(page, "get_weather");
  assertLess(toolMs, 10_000);
  await figures(page, "Round trip").getByText(/\d ms/).waitFor();
  await figures(page, "Loss").getByText("%").waitFor();
  assertLess(await figure(page, "Round trip"), 5_000);
  assertLess(await figure(page, "Jitter"), 5_000);
  assertLess(await figure(page, "Loss"), 100);
  await figures(page, "In / out").getByText(/[1-9]\d* \/ [1-9]\d* kbit\/s/)
    .waitFor();
  await waitForState(page, "Listening");
  assertGreater(await figure(page, "In"), 0);
  assertGreater(await figure(page, "Out"), greetingTokens);
  assertEquals(await figures(page, "Cost").innerText(), "$0.00");

  // What is typed is no spoken turn; a second question makes a second bar.
  await type(page, "Who are you?");
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  assertEquals(await chart.locator("rect").count(), 1);
  await ask(page, microphone, "Paris");
  assertMatch(
    (await chart.getAttribute("aria-label"))!,
    /^Turn 1: \d+ ms, Turn 2: \d+ ms$/,
  );
  assertEquals(await figures(page, "get_weather").count(), 2);

  // A call that is over has no network; its other figures stay.
  await page.getByRole("button", { name: "End conversation" }).click();
  await panel(page).getByText("Known while a call stands").waitFor();
  assertEquals(await chart.locator("rect").count(), 2);

  await page.reload();
  await panel(page).waitFor();
  await button(page).click();
  assertEquals(await panel(page).count(), 0);
  await page.reload();
  await page.getByRole("button", {
    name: "Start conversation",
    disabled: false,
  })
    .waitFor();
  assertEquals(await panel(page).count(), 0);
});

test("the event log has both directions, folds deltas, filters, holds still and opens", async ({ app, browser }) => {
  const page = await browser.newPage();
  await page.goto(`${app.url}/start-chat`);
  await button(page).click();
  await startConversation(page);
  await type(page, "What can you do?");
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  const before = await lineTexts(page);
  assertMatch(before[0]!, /sent start 0\.00 s$/);
  assertMatch(before[1]!, /received ready \d+\.\d\d s$/);
  assert(before.some((line) => /sent text \d/.test(line)));
  const folded = before.filter((line) => line.includes("transcript.delta"));
  assertEquals(folded.length, 2, "one for each answer");
  for (const line of folded) {
    assertMatch(line, /received response\.\S+\.delta ×\d+ /);
  }

  const filter = panel(page).getByRole("searchbox", {
    name: "Filter events",
  });
  await filter.fill("temperature in any");
  // It is found by what is in it, and stays at its time.
  const found = await lineTexts(page);
  assertGreater(found.length, 0);
  assertLess(found.length, before.length);
  assertEquals(found, before.filter((line) => found.includes(line)));
  await filter.fill("no such thing");
  await panel(page).getByText("No events").waitFor();
  await filter.fill("TEXT");
  assert((await lineTexts(page)).some((line) => / text /.test(line)));
  await lines(page, /sent\s*text/).locator("summary").click();
  assertEquals(
    JSON.parse(await lines(page, /sent\s*text/).locator("pre").innerText()),
    { text: "What can you do?" },
  );
  assertEquals(await panel(page).locator("pre").count(), 1);
  await filter.fill("");

  await panel(page).getByRole("button", { name: "Pause" }).click();
  const held = await lineTexts(page);
  await type(page, "Who are you?");
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  assertEquals(await lineTexts(page), held);
  await panel(page).getByRole("button", { name: "Go on" }).click();
  await lines(page, /sent\s*text/).nth(1).waitFor();
  assertGreater(await lines(page).count(), held.length);

  // It follows its end, unless somebody looks at what is further up.
  const scroll = panel(page).getByRole("group", { name: "Events" });
  await page.waitForFunction(
    (it) =>
      it!.scrollTop > 0 &&
      it!.scrollHeight - it!.scrollTop - it!.clientHeight < 2,
    await scroll.elementHandle(),
  );
  await scroll.evaluate((it) => it.scrollTop = 0);
  await type(page, "Thank you.");
  await waitForState(page, "Speaking");
  assertEquals(await scroll.evaluate((it) => it.scrollTop), 0);
});

test("the panel says that the audio socket has no network figures, and shows its events", async ({ app, browser }) => {
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  await page.goto(`${app.url}/start-chat?transport=socket`);
  await button(page).click();
  await startConversation(page);
  await ask(page, microphone, "Rome");
  await panel(page).getByText("Known while a call stands").waitFor();
  assertEquals(await figures(page, "Round trip").count(), 0);
  assertMatch(
    (await panel(page).getByRole("img").getAttribute("aria-label"))!,
    /^Turn 1: \d+ ms$/,
  );
  await figures(page, "Sound both ways").getByText(/\d ms/).waitFor();
  assertGreater(await lines(page, "output_audio_buffer.started").count(), 1);
  // Sound itself is no event to look at.
  assertEquals(await lines(page, "response.output_audio.delta").count(), 0);
});

Deno.test("in the browser's own call the log has what the page sends to the model, and never a secret", async () => {
  await using app = await startParley({
    env: { REALTIME_HANDSHAKE: "ephemeral" },
  });
  await using browser = await launchChromium();
  const page = await browser.newPage();
  let received = "";
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => received += payload);
  });
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { testSecrets: seen });
    new MutationObserver(() => {
      const shown = document.documentElement.outerHTML;
      seen.push(...shown.match(/\bek_\w+/g) ?? []);
    }).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
  await page.goto(`${app.url}/start-chat`);
  await button(page).click();
  await startConversation(page);
  await type(page, "What's the weather like in Rome?");
  await saying(page, "The weather in Rome is cloudy.").waitFor();
  await lines(page, /sent\s*conversation\.item\.create/).first().waitFor();
  await lines(page, /sent\s*response\.create/).first().waitFor();
  await lines(page, /received\s*session\.created/).waitFor();
  await panel(page).getByRole("button", { name: "Pause" }).click();
  for (const line of await lines(page).all()) {
    await line.evaluate((it: HTMLDetailsElement) => it.open = true);
  }
  const count = await lines(page).count();
  await lines(page).locator("pre").nth(count - 1).waitFor();
  const { clientSecret, resumeToken } = JSON.parse(
    /\{"type":"ready".*?\}(?=\{|$)/.exec(received)![0],
  );
  assertMatch(clientSecret, /^ek_\w+/);
  const shown = await page.content();
  assert(shown.includes('"clientSecret": "…"'));
  assertEquals(shown.includes(clientSecret), false);
  assertEquals(shown.includes(resumeToken), false);
  assertEquals(
    await page.evaluate(() =>
      (globalThis as never as { testSecrets: string[] }).testSecrets
    ),
    [],
  );
});
