import { assertEquals } from "@std/assert";
import { personWav } from "../local/audio/person.ts";
import { startParley } from "../support/app.ts";
import { launchChromium } from "./support/chromium.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import {
  interrupt,
  saying,
  startConversation,
  type,
  waitForState,
} from "./support/page.ts";

Deno.test("a concierge hands over to the weather bot, and back, and to the translator", async () => {
  await using app = await startParley();
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  await page.goto(`${app.url}/start-chat?agent=concierge`);
  await startConversation(page);
  const answered = (words: string) => saying(page, words).last().waitFor();
  const misheard = saying(page, "(not understood)");
  /** Once more where it is not understood: the sound has gaps on a busy machine. */
  const say = async (words: string, answer: string) => {
    const wav = await personWav(words);
    for (let tries = 0; tries < 3; tries++) {
      const before = await misheard.count();
      await microphone.say(wav);
      const replied = saying(page, answer).last().or(misheard.nth(before));
      await replied.first().waitFor();
      if (await misheard.count() === before) return;
      await interrupt(page);
    }
    throw new Error(`"${words}" was never understood`);
  };
  /** Whoever takes over greets; from then on they listen for words of theirs. */
  const greeted = async (words: string) => {
    await answered(words);
    await waitForState(page, "Speaking");
    await waitForState(page, "Listening");
  };

  await say("I have a question about the weather.", "This is the Weather Bot.");
  await greeted("This is the Weather Bot.");
  await say(
    "What is the weather like in Rome?",
    "The weather in Rome is cloudy",
  );
  // It need not be heard to its end.
  await interrupt(page);
  await say("Back to the concierge.", "This is the Concierge.");
  await interrupt(page);
  // By hand it goes the same way.
  await type(page, "I need a translation.");
  await greeted("This is the Voice Translator.");
  await say("How do you say good morning in French?", "bonjour");
  await type(page, "Back to the concierge.");
  await saying(page, "This is the Concierge.").nth(1).waitFor();
  const notes = await page.locator(".note.handoff").allInnerTexts();
  assertEquals(notes, [
    "Concierge handed over to Weather Bot",
    "Weather Bot handed over to Concierge",
    "Concierge handed over to Voice Translator",
    "Voice Translator handed over to Concierge",
  ]);
});
