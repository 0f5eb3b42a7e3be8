import { assertEquals } from "@std/assert";
import { personWav } from "../local/audio/person.ts";
import { startParley } from "../support/app.ts";
import { launchChromium } from "./support/chromium.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import { saying, startConversation, waitForState } from "./support/page.ts";

Deno.test("a concierge hands over to the weather bot, and back, and to the translator", async () => {
  await using app = await startParley();
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  await page.goto(`${app.url}/start-chat?agent=concierge`);
  await startConversation(page);
  const say = async (words: string, answer: string) => {
    await microphone.say(await personWav(words));
    await saying(page, answer).last().waitFor();
    await waitForState(page, "Speaking");
    await waitForState(page, "Listening");
  };
  await say("I have a question about the weather.", "This is the Weather Bot.");
  await say(
    "What is the weather like in Rome?",
    "The weather in Rome is cloudy",
  );
  await say("Back to the concierge.", "This is the Concierge.");
  await say("I need a translation.", "This is the Voice Translator.");
  await say("How do you say good morning in French?", "bonjour");
  await say("Back to the concierge.", "This is the Concierge.");
  const notes = await page.locator(".note.handoff").allInnerTexts();
  assertEquals(notes, [
    "Concierge handed over to Weather Bot",
    "Weather Bot handed over to Concierge",
    "Concierge handed over to Voice Translator",
    "Voice Translator handed over to Concierge",
  ]);
});
