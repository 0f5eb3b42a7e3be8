import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertObjectMatch,
  assertRejects,
} from "@std/assert";
import OpenAI, { NotFoundError } from "openai";
import { personWav } from "../local/audio/person.ts";
import { startParley } from "../support/app.ts";
import {
  ask,
  call,
  close,
  errorsOf,
  eventsSeen,
  historyOf,
  interrupt,
  misunderstood,
  troublesOf,
  waitForEvents,
  wordsOf,
} from "./interop/agents_page.ts";
import type { OpenAIPage } from "./interop/openai_script.ts";
import { joinCall } from "./interop/sideband.ts";
import { serveSite } from "./interop/site.ts";
import { launchChromium, type Page } from "./support/chromium.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import {
  recordedAudio,
  recordRemoteAudio,
  waitForSilence,
  waitForSound,
} from "./support/recorder.ts";
import { durationOf, rms, SILENCE, slice } from "./support/sound.ts";

/** The model that the agents SDK asks for where its user names none. */
const MODEL = "gpt-realtime-2.1";

// What functions handed to the page find there.
declare const openai: OpenAIPage["openai"];

/** OpenAI's own client of the embedded peer, which takes any key. */
function clientOf(app: { url: string }): OpenAI {
  return new OpenAI({ apiKey: "any-key", baseURL: `${app.url}/local/v1` });
}

/** The seconds in which something was heard, so far. */
async function secondsHeard(page: Page): Promise<number> {
  const sound = await recordedAudio(page);
  const lengthMs = durationOf(sound);
  let heard = 0;
  for (let at = 0; at < lengthMs; at += 100) {
    if (rms(slice(sound, at, at + 100).samples) >= SILENCE) heard += 0.1;
  }
  return heard;
}

Deno.test("OpenAI's agents SDK, on a page of somebody else's, holds a conversation with the embedded peer", async () => {
  await using app = await startParley();
  await using site = await serveSite(
    new URL("./interop/agents_script.ts", import.meta.url),
  );
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  const troubles = troublesOf(page);
  await recordRemoteAudio(page);
  const calls = `${app.url}/local/v1/realtime/calls`;
  const { value } = await clientOf(app).realtime.clientSecrets.create({
    session: { type: "realtime", model: MODEL },
  });
  await page.goto(`${site.url}/?${new URLSearchParams({ calls, key: value })}`);
  const { callId } = await call(page);
  const sideband = await joinCall(calls, callId);

  // A question aloud, answered aloud to its end.
  await microphone.say(await personWav("What is the weather like in Rome?"));
  await waitForEvents(page, "output_audio_buffer.stopped", 1);
  await waitForSilence(page, 1000);
  const [question, toolCall, answer, ...others] = await historyOf(page);
  assertObjectMatch(question!, { type: "message", role: "user" });
  assertMatch(wordsOf(question), /the weather like in Rome$/);
  assertObjectMatch(toolCall!, {
    type: "function_call",
    name: "get_weather",
    arguments: '{"location":"Rome"}',
    status: "completed",
  });
  assertMatch(toolCall?.output ?? "", /^The weather in Rome is sunny/);
  assertObjectMatch(answer!, {
    type: "message",
    role: "assistant",
    status: "completed",
  });
  assertEquals(wordsOf(answer), toolCall?.output);
  assertEquals(others, []);
  const whole = await secondsHeard(page);
  assert(whole > 3, `Only ${whole} s of the answer were heard`);

  // A question by hand, whose answer the person cuts short.
  await ask(page, "What is the weather like in Paris?");
  await waitForSound(page);
  await interrupt(page);
  await waitForSilence(page, 500);
  await waitForEvents(page, "conversation.item.truncated", 1);
  assertEquals(await eventsSeen(page, "output_audio_buffer.cleared"), 1);
  assertEquals(await eventsSeen(page, "output_audio_buffer.stopped"), 1);
  const cut = await secondsHeard(page) - whole;
  assert(cut < whole / 2, `${cut} s were heard of an answer of ${whole} s`);

  // The session goes on: the next question is answered.
  await ask(page, "What is the weather in Seattle?");
  await waitForEvents(page, "output_audio_buffer.started", 3);
  const [called, answering] = (await historyOf(page)).slice(-2);
  assertEquals(called?.arguments, '{"location":"Seattle"}');
  assertEquals(answering?.role, "assistant");

  // All along, nothing was refused, and every event had the form it should.
  assertEquals(await errorsOf(page), []);
  assertEquals(await misunderstood(page), []);

  // Hanging up in the page releases the call at the peer.
  await close(page);
  assertEquals(await sideband.ended, "The session has ended");
  await assertRejects(
    () => clientOf(app).realtime.calls.hangup(callId),
    NotFoundError,
  );
  assertEquals(await errorsOf(page), []);
  assertEquals(troubles, []);
});

Deno.test("the openai package calls the embedded peer and hangs up, over its own WebRTC and REST", async () => {
  await using app = await startParley();
  await using site = await serveSite(
    new URL("./interop/openai_script.ts", import.meta.url),
  );
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const troubles = troublesOf(page);
  const client = clientOf(app);
  let location = "";
  await page.exposeFunction("exchangeSdp", async (sdp: string) => {
    const response = await client.realtime.calls.create({
      sdp,
      session: { type: "realtime", model: MODEL, instructions: "Be brief" },
    });
    location = response.headers.get("location") ?? "";
    return await response.text();
  });
  await page.goto(site.url);
  await page.getByRole("button", { name: "Call" }).click();
  await page.evaluate(() => openai.connected);
  await page.waitForFunction(() => openai.events.length > 0);
  assertObjectMatch(await page.evaluate(() => openai.events[0]!), {
    type: "session.created",
    session: {
      type: "realtime",
      object: "realtime.session",
      model: MODEL,
      instructions: "Be brief",
    },
  });

  await client.realtime.calls.hangup(location.split("/").at(-1)!);
  // Whether the page calls it the peer's doing or a failure is the browser's
  // choice: it only must not be left waiting.
  assertNotEquals(await page.evaluate(() => openai.closed), "local");
  assertEquals(troubles, []);
});
