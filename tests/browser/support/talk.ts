import { personWav } from "../../local/audio/person.ts";
import type { UdpProxy } from "../../support/udp_proxy.ts";
import type { Browser, Page } from "./chromium.ts";
import { lastVoiceStats, leadCalls, voiceStats } from "./led_call.ts";
import { type FakeMicrophone, fakeMicrophone } from "./microphone.ts";
import { saying, startAndBeGreeted, toolRows, waitForState } from "./page.ts";
import { recordRemoteAudio, waitForSilence, waitForSound } from "./recorder.ts";

/** A conversation in a page of its own, whose calls go through a proxy. */
export interface Talk {
  page: Page;
  microphone: FakeMicrophone;
  /** How the audio travels, as the server has said. */
  transport(): string | undefined;
}

/** Opens the chat page of the server at `url`. */
export async function openTalk(
  browser: Browser,
  url: string,
  proxy: UdpProxy,
): Promise<Talk> {
  const page = await browser.newPage();
  let transport: string | undefined;
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload !== "string") return;
      const frame = JSON.parse(payload);
      if (frame.type === "ready") transport = frame.transport;
    }));
  const microphone = await fakeMicrophone(page);
  await leadCalls(page, proxy);
  await recordRemoteAudio(page);
  await page.goto(`${url}/start-chat`);
  return { page, microphone, transport: () => transport };
}

/**
 * Starts the conversation, and waits until the greeting is over; resolves with the
 * ms from the click until both sides could be heard.
 */
export async function begin({ page }: Talk): Promise<number> {
  const begunAt = performance.now();
  const greeted = startAndBeGreeted(page);
  const stands = page.getByRole("status")
    .filter({ hasText: /Listening|Thinking|Speaking/ })
    .waitFor()
    .then(() => performance.now() - begunAt);
  // Whichever fails, the greeting's error says more.
  const [, standsMs] = await Promise.all([greeted, stands]);
  return standsMs;
}

/** Asks aloud for the weather in a city, without a pause at the end. */
export async function ask(
  { microphone }: Talk,
  city: string,
): Promise<void> {
  await microphone.say(
    await personWav(`What is the weather like in ${city}?`, {
      leadMs: 0,
      tailMs: 0,
    }),
  );
}

/** Waits until the question has been understood, the tool called and the answer begun. */
export async function understood({ page }: Talk, city: string): Promise<void> {
  await saying(page, new RegExp(`the weather like in ${city}`, "i")).waitFor();
  await toolRows(page, "get_weather")
    .filter({ hasText: new RegExp(`${city}\\s*done`) }).waitFor();
  await saying(page, `The weather in ${city} is`).waitFor();
}

/**
 * Asks over WebRTC, once nothing has been heard for a second.
 *
 * @returns From the question's end until 100 ms of the answer had been heard, in ms.
 * @throws when it is not understood, or nothing is heard, within 30 s.
 */
export async function askAndHear(talk: Talk, city: string): Promise<number> {
  const { page } = talk;
  await waitForSilence(page, 1000);
  await ask(talk, city);
  const askedAt = performance.now();
  await waitForSound(page);
  const afterMs = performance.now() - askedAt;
  await understood(talk, city);
  return afterMs;
}

/**
 * Waits for the end of what the agent is saying.
 *
 * @returns The part of its sound until then that the browser made up, 0 to 1.
 */
export async function concealedUntilEnd({ page }: Talk): Promise<number> {
  const before = await voiceStats(page);
  const after = await lastVoiceStats(page);
  await waitForState(page, "Listening");
  return (after.concealed - before.concealed) /
    (after.samples - before.samples);
}
