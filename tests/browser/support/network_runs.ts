import { delay } from "../../../lib/clock.ts";
import type { Browser } from "./chromium.ts";
import { type CallState, callStates } from "./led_call.ts";
import { waitForState } from "./page.ts";
import { waitForSound } from "./recorder.ts";
import {
  ask,
  askAndHear,
  begin,
  concealedUntilEnd,
  openTalk,
  type Talk,
  understood,
} from "./talk.ts";
import {
  type Network,
  startUdpProxy,
  type UdpProxy,
} from "../../support/udp_proxy.ts";

/** Where a run happens. */
export interface Place {
  browser: Browser;
  /** Of the server. */
  url: string;
}

export interface LossyRun {
  /** From the click until both sides could be heard, in ms. */
  standsMs: number;
  /** From the question's end until 100 ms of the answer had been heard, in ms. */
  afterMs: number;
  /** The part of the answer's sound that the browser made up, 0 to 1. */
  concealed: number;
}

/**
 * One question and answer through a bad network.
 *
 * @throws where that did not come about, over WebRTC.
 */
export function lossyRun(
  place: Place,
  network: Partial<Network>,
  seed: number,
): Promise<LossyRun> {
  return talking(place, network, seed, async (talk) => {
    const standsMs = await begin(talk);
    expectTransport(talk, "webrtc");
    const afterMs = await askAndHear(talk, "Rome");
    return { standsMs, afterMs, concealed: await concealedUntilEnd(talk) };
  });
}

/**
 * One question, and its answer begun, where UDP is blocked.
 *
 * @returns From the click until the audio socket stood, in ms.
 * @throws where it did not take over.
 */
export function blockedRun(place: Place): Promise<number> {
  return talking(place, { block: true }, 1, async (talk) => {
    const standsMs = await begin(talk);
    expectTransport(talk, "socket");
    await ask(talk, "Rome");
    await understood(talk, "Rome");
    await waitForState(talk.page, "Speaking");
    return standsMs;
  });
}

export interface OutageRun {
  /** From the next question's end until 100 ms of its answer had been heard, in ms. */
  afterMs: number;
  /** What the browser showed of the call, with ms since the outage began. */
  states: CallState[];
}

/**
 * The network is gone for a while, in the middle of an answer; afterwards another
 * question is asked.
 *
 * @throws where that one is not understood, or its answer not heard.
 */
export function outageRun(place: Place, ms: number): Promise<OutageRun> {
  return talking(place, {}, 1, async (talk, proxy) => {
    const { page } = talk;
    await begin(talk);
    await ask(talk, "Rome");
    await waitForSound(page);
    const beganAt = await page.evaluate(() => performance.now());
    proxy.network.block = true;
    await delay(ms);
    proxy.network.block = false;
    const afterMs = await askAndHear(talk, "Paris");
    const states = (await callStates(page))
      .map((entry) => ({ ...entry, atMs: Math.round(entry.atMs - beganAt) }))
      .filter(({ atMs }) => atMs > 0);
    return { afterMs, states };
  });
}

async function talking<Result>(
  { browser, url }: Place,
  network: Partial<Network>,
  seed: number,
  doing: (talk: Talk, proxy: UdpProxy) => Promise<Result>,
): Promise<Result> {
  await using proxy = await startUdpProxy(network, seed);
  const talk = await openTalk(browser, url, proxy);
  try {
    return await doing(talk, proxy);
  } finally {
    await talk.page.close();
  }
}

function expectTransport(talk: Talk, transport: string): void {
  if (talk.transport() === transport) return;
  throw new Error(`The call went over ${talk.transport()}, not ${transport}`);
}
