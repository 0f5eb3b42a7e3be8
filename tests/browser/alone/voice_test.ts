import { assert, assertEquals, assertMatch } from "@std/assert";
import { Hearing } from "../../../lib/local/audio/hearing.ts";
import { wordsOf } from "../../../lib/local/brain/words.ts";
import { personWav } from "../../local/audio/person.ts";
import { startParley } from "../../support/app.ts";
import { launchChromium } from "../support/chromium.ts";
import { fakeMicrophone } from "../support/microphone.ts";
import {
  saying,
  seenStates,
  startConversation,
  toolRows,
  waitForState,
  watchStates,
} from "../support/page.ts";
import {
  recordedAudio,
  recordRemoteAudio,
  waitForSilence,
} from "../support/recorder.ts";
import type { Sound } from "../support/wav.ts";

/** Long enough for the greeting to be over before the person speaks. */
const BEFORE_QUESTION_MS = 8000;

/** What the recogniser understands of a recording, utterance by utterance. */
async function understood(recording: Sound): Promise<string[]> {
  const hearing = new Hearing();
  await hearing.load();
  const heard: string[] = [];
  let open = 0;
  let settled = () => {};
  const ear = hearing.open({
    phrases: [
      "how can I help you",
      "what would you like to say, and in which language",
      "the weather in {location} is {sky}",
      "the temperature in {location} is {degrees}",
      "this is sample data, because the weather service could not be reached",
      "{location} is a fine city",
    ],
    slots: {
      location: ["Rome", "Paris", "London", "Berlin", "Madrid", "Tokyo"],
      sky: ["cloudy", "sunny", "rainy", "foggy"],
      degrees: ["ten degrees", "twenty degrees"],
    },
    detection: { threshold: 0.5, prefixPaddingMs: 300, silenceMs: 300 },
  }, (event) => {
    if (event.type === "speech_started") open++;
    if (event.type === "heard") {
      open--;
      heard.push(event.text);
    }
    if (open === 0) settled();
  });
  ear.pcm(recording.samples);
  // Silence at the end, so that the last utterance ends too.
  ear.pcm(new Int16Array(24_000 * 2));
  // There is nothing left to commit: this only waits until all has been heard.
  await ear.commit();
  if (open > 0) await new Promise<void>((resolve) => settled = resolve);
  ear.close();
  hearing.close();
  return heard;
}

/** The three ways that audio and events can travel. */
const LINKS: { name: string; env: Record<string, string>; query: string }[] = [
  { name: "the server's call", env: {}, query: "" },
  {
    name: "the browser's own call",
    env: { REALTIME_HANDSHAKE: "ephemeral" },
    query: "",
  },
  { name: "the audio socket", env: {}, query: "?transport=socket" },
];

for (const { name, env, query } of LINKS) {
  Deno.test(`over ${name}: a question is asked aloud and answered aloud`, async () => {
    await using app = await startParley({ env });
    const folder = await Deno.makeTempDir();
    const question = `${folder}/question.wav`;
    await Deno.writeFile(
      question,
      await personWav("What is the weather like in Rome?", {
        leadMs: BEFORE_QUESTION_MS,
        tailMs: 1000,
      }),
    );
    await using browser = await launchChromium({ microphone: question });
    const page = await browser.newPage();
    await recordRemoteAudio(page);
    await watchStates(page);
    await page.goto(`${app.url}/start-chat${query}`);
    await startConversation(page);

    await saying(page, /the weather like in Rome/i).waitFor();
    const answer = saying(page, "The weather in Rome is cloudy.");
    await answer.waitFor();
    await waitForState(page, "Speaking");
    await waitForState(page, "Listening");

    assertMatch(await toolRows(page, "get_weather").innerText(), /Rome\s+done/);
    assertMatch(app.logs(), /"tool":"get_weather".*"status":"completed"/);
    const states = await seenStates(page);
    assertEquals(states.slice(-4), [
      "Listening",
      "Thinking",
      "Speaking",
      "Listening",
    ]);

    const transcript = await answer.locator("p").innerText();
    assertEquals(
      transcript,
      "The weather in Rome is cloudy. This is sample data, because the weather service could not be reached.",
    );
    if (query === "") {
      // What was heard in the page, put through a recogniser that could have
      // understood other cities and other weather, says what the transcript says.
      const heard = await understood(await recordedAudio(page));
      assertEquals(heard[0], "how can I help you");
      assertEquals(wordsOf(heard.slice(1).join(" ")), wordsOf(transcript));
    }
    await Deno.remove(folder, { recursive: true });
  });
}

for (const { name, env, query } of LINKS) {
  Deno.test(`over ${name}: speaking over the agent silences it, and the new question is answered`, async () => {
    await using app = await startParley({ env });
    await using browser = await launchChromium();
    const page = await browser.newPage();
    const microphone = await fakeMicrophone(page);
    await recordRemoteAudio(page);
    await page.goto(`${app.url}/start-chat${query}`);
    await startConversation(page);

    await microphone.say(await personWav("What is the weather like in Rome?"));
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
    await saying(page, "The weather in Paris is sunny.").waitFor();
    await waitForState(page, "Speaking");
    await waitForState(page, "Listening");
    assertEquals(await page.locator(".turn.interrupted").count(), 1);
    if (query !== "") return;

    // The sentence about sample data was cut the first time and said the second.
    const heard = await understood(await recordedAudio(page));
    const second = heard.indexOf("the weather in Paris is sunny");
    assert(second > 0, `Paris was not heard in: ${heard.join(" / ")}`);
    assertEquals(
      heard.slice(0, second).some((words) => words.startsWith("this is")),
      false,
      `The first answer was heard to its end: ${heard.join(" / ")}`,
    );
  });
}
