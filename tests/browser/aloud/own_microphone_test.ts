import { assertEquals, assertMatch } from "@std/assert";
import { personWav } from "../../local/audio/person.ts";
import { startParley } from "../../support/app.ts";
import { launchChromium } from "../support/chromium.ts";
import { understood } from "../support/ear.ts";
import {
  heardSaying,
  saying,
  startAndBeGreeted,
  toolRows,
  waitForState,
} from "../support/page.ts";
import { recordedAudio, recordRemoteAudio } from "../support/recorder.ts";
import { SAID } from "./said.ts";

/** Long enough for the greeting to be over before the person speaks. */
const BEFORE_QUESTION_MS = 6000;

Deno.test("the greeting is heard, and what the browser's own microphone hears is understood", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const question = `${folder}/question.wav`;
    await Deno.writeFile(
      question,
      await personWav("What is the weather like in Rome?", {
        leadMs: BEFORE_QUESTION_MS,
        tailMs: 1000,
      }),
    );
    await using app = await startParley();
    await using browser = await launchChromium({ microphone: question });
    const page = await browser.newPage();
    await recordRemoteAudio(page);
    await page.goto(`${app.url}/start-chat`);
    await startAndBeGreeted(page);
    await heardSaying(page, /the weather like in Rome/i).waitFor();
    await saying(page, "The weather in Rome is cloudy.").waitFor();
    await waitForState(page, "Speaking");
    assertMatch(await toolRows(page, "get_weather").innerText(), /Rome\s+done/);
    const [greeting] = await understood(await recordedAudio(page), SAID);
    assertEquals(greeting, "how can I help you");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
