import { assert, assertEquals, assertMatch } from "@std/assert";
import { wordsOf } from "../../../lib/local/brain/words.ts";
import { personWav } from "../../local/audio/person.ts";
import { startParley } from "../../support/app.ts";
import { launchChromium } from "../support/chromium.ts";
import { understood } from "../support/ear.ts";
import { fakeMicrophone } from "../support/microphone.ts";
import {
  heardSaying,
  saying,
  seenStates,
  startAndBeGreeted,
  toolRows,
  waitForState,
  watchStates,
} from "../support/page.ts";
import {
  recordedAudio,
  recordRemoteAudio,
  waitForSilence,
} from "../support/recorder.ts";
import { SAID } from "./said.ts";

/** The three ways that audio and events can travel, by the server that they need. */
const SERVERS: {
  env: Record<string, string>;
  ways: { name: string; query: string }[];
}[] = [
  {
    env: {},
    ways: [
      { name: "the server's call", query: "" },
      { name: "the audio socket", query: "?transport=socket" },
    ],
  },
  {
    env: { REALTIME_HANDSHAKE: "ephemeral" },
    ways: [{ name: "the browser's own call", query: "" }],
  },
];

for (const { env, ways } of SERVERS) {
  const names = ways.map(({ name }) => name).join(" and ");
  Deno.test(`one talks with the agent over ${names}`, async (test) => {
    await using app = await startParley({ env });
    await using browser = await launchChromium();
    for (const { name, query } of ways) {
      await test.step(`over ${name}: speaking over the agent silences it, and what is asked aloud is answered aloud`, async () => {
        const page = await browser.newPage();
        const microphone = await fakeMicrophone(page);
        await recordRemoteAudio(page);
        await watchStates(page);
        await page.goto(`${app.url}/start-chat${query}`);
        await startAndBeGreeted(page);

        await microphone.say(
          await personWav("What is the weather like in Rome?"),
        );
        const first = saying(page, "The weather in Rome is cloudy.");
        await first.waitFor();
        await waitForState(page, "Speaking");
        const spokenOver = microphone.say(
          await personWav("What is the weather like in Paris?"),
        );
        await waitForState(page, "Listening");
        await first.getByText("interrupted").waitFor();
        if (query === "") await waitForSilence(page, 400);
        await spokenOver;
        await heardSaying(page, /the weather like in Paris/i).waitFor();
        const second = saying(page, "The weather in Paris is sunny.");
        await second.waitFor();
        await waitForState(page, "Speaking");
        await waitForState(page, "Listening");

        assertEquals(await page.locator(".turn.interrupted").count(), 1);
        const calls = await toolRows(page, "get_weather").allInnerTexts();
        assertEquals(calls.length, 2);
        assertMatch(calls[0]!, /Rome\s+done/);
        assertMatch(calls[1]!, /Paris\s+done/);
        assertMatch(app.logs(), /"tool":"get_weather".*"status":"completed"/);
        const states = await seenStates(page);
        assertEquals(states.slice(-4), [
          "Listening",
          "Thinking",
          "Speaking",
          "Listening",
        ]);
        const transcript = await second.locator("p").innerText();
        assertEquals(
          transcript,
          "The weather in Paris is sunny. This is sample data, because the weather service could not be reached.",
        );
        if (query === "") {
          // What was heard in the page, put through a recogniser that could have
          // understood other cities and other weather, says what the transcript says.
          const heard = await understood(await recordedAudio(page), SAID);
          const from = heard.indexOf("the weather in Paris is sunny");
          assert(from > 0, `Paris was not heard in: ${heard.join(" / ")}`);
          assertEquals(
            wordsOf(heard.slice(from).join(" ")),
            wordsOf(transcript),
          );
          // The sentence about sample data was cut the first time.
          assertEquals(
            heard.slice(0, from).some((words) => words.startsWith("this is")),
            false,
            `The first answer was heard to its end: ${heard.join(" / ")}`,
          );
        }
        await page.close();
      });
    }
  });
}
