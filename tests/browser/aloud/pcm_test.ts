import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { PCM_RATE } from "../../../lib/client/pcm/format.ts";
import type { Cut } from "../../../lib/client/pcm/playout.ts";
import {
  capture,
  captured,
  refuseOtherRates,
  waitForBlocks,
} from "../../client/pcm_capture_page.ts";
import { type InPage, open, servePage } from "../../client/pcm_page.ts";
import {
  makePlayer,
  play,
  soundOf,
  waitForCall,
  waitForQuiet,
} from "../../client/pcm_player_page.ts";
import { personWav } from "../../local/audio/person.ts";
import { launchChromium } from "../support/chromium.ts";
import { fakeMicrophone } from "../support/microphone.ts";
import { sharedSteps } from "../support/shared_steps.ts";
import { downsample, durationOf, rms, silenceAfter } from "../support/sound.ts";
import { fromWav, type Sound } from "../support/wav.ts";

/** So many samples earlier or later is looked for a sound: 30 ms. */
const REACH = 0.03 * PCM_RATE;

/** How alike two sounds are at the best of these shifts: 1 for the same. */
function likeness(sound: Int16Array, other: Int16Array, shifts: number[]) {
  let best = { correlation: 0, shift: shifts[shifts.length >> 1]! };
  for (const shift of shifts) {
    let product = 0, energy = 0, otherEnergy = 0;
    for (let i = 0; i < sound.length; i++) {
      const [a, b] = [sound[i]!, other[i + shift] ?? 0];
      product += a * b;
      energy += a * a;
      otherEnergy += b * b;
    }
    const correlation = product / Math.sqrt(energy * otherEnergy || 1);
    if (correlation > best.correlation) best = { correlation, shift };
  }
  return best;
}

/**
 * The part of what was said that is in what was captured, in order. A machine that
 * is busy with other tests lets the browser's own audio stop for a moment now and
 * then, so each 100 ms may come up to 30 ms later or sooner than those before, and
 * as much more as nothing was found.
 */
function recognised(said: Int16Array, captured: Int16Array): number {
  const length = PCM_RATE / 10;
  let shift = onset(captured) - onset(said);
  let [loud, found, reach] = [0, 0, REACH];
  for (let from = 0; from + length <= said.length; from += length) {
    const part = said.subarray(from, from + length);
    if (rms(part) < 500) continue;
    const shifts = Array.from(
      { length: 2 * reach },
      (_, i) => from + shift + i - reach,
    );
    const best = likeness(part, captured, shifts);
    loud++;
    reach += length;
    if (best.correlation < 0.97) continue;
    found++;
    reach = REACH;
    shift = best.shift - from;
  }
  return found / loud;
}

/** Where the first loud sample is. */
function onset(samples: Int16Array): number {
  return samples.findIndex((sample) => Math.abs(sample) > 1_000);
}

/** A sound that is nowhere the same as shortly before or after: a rising tone. */
function sweep(seconds: number): Sound {
  const samples = Int16Array.from({ length: seconds * PCM_RATE }, (_, i) => {
    const t = i / PCM_RATE;
    return Math.round(8_000 * Math.cos(2 * Math.PI * (200 + 150 * t) * t));
  });
  return { sampleRate: PCM_RATE, samples };
}

const test = sharedSteps("sound as PCM", async (stack) => {
  const { url } = stack.use(await servePage());
  return { url, browser: stack.use(await launchChromium()) };
});

test("the microphone is captured at 24 kHz from a context of any rate", async ({ url, browser }) => {
  const wav = await personWav("What is the weather like in Rome?");
  const said = downsample(fromWav(wav), PCM_RATE);
  const look = async (
    rate: number,
    { otherRatesRefused = false } = {},
  ): Promise<void> => {
    const page = await browser.newPage();
    if (otherRatesRefused) await refuseOtherRates(page);
    const microphone = await fakeMicrophone(page);
    await open(page, url, rate);
    await capture(page);
    await waitForBlocks(page, 0, 5);
    await microphone.say(wav);
    await waitForBlocks(page, 0, 25);

    const { sound, lengths, missingMs } = await captured(page);
    const name = `${rate} Hz${otherRatesRefused ? ", others refused" : ""}`;
    assertEquals(lengths, [480], name);
    assertLess(Math.abs(missingMs), 100, name);
    assertGreater(recognised(said.samples, sound.samples), 0.7, name);
  };
  await Promise.all([
    look(24_000),
    look(44_100),
    look(48_000),
    // As Firefox does.
    look(24_000, { otherRatesRefused: true }),
  ]);
});

test("a muted microphone sends silence on, a closed capture nothing", async ({ url, browser }) => {
  const wav = await personWav("What is the weather like in Rome?");
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  await open(page, url, PCM_RATE);
  await capture(page);
  await page.evaluate(() => {
    const [track] = (globalThis as unknown as InPage).microphone
      .getAudioTracks();
    track!.enabled = false;
  });
  await microphone.say(wav);
  await waitForBlocks(page, 0, 5);
  const { sound, missingMs } = await captured(page);
  assertGreater(durationOf(sound), 1_000);
  assertLess(Math.abs(missingMs), 100);
  assertEquals(rms(sound.samples), 0);

  const before = await page.evaluate(() => {
    const { captures: [first] } = globalThis as unknown as InPage;
    first!.capture.close();
    return first!.blocks.length;
  });
  await capture(page);
  await waitForBlocks(page, 1, 10);
  const { sound: after } = await captured(page);
  assertEquals(after.samples.length, before * 480);
});

test("what is played comes out sample by sample, and the page knows when", async ({ url, browser }) => {
  const page = await browser.newPage();
  await open(page, url, PCM_RATE);
  await makePlayer(page);
  const given = sweep(4);
  await play(page, "first", given);
  await play(page, "second", sweep(1));
  await waitForCall(page, "started first");
  // A page that is busy, or hidden, does nothing for a second.
  await page.evaluate(() => {
    const until = performance.now() + 1_200;
    while (performance.now() < until);
  });
  await waitForCall(page, "stopped second");
  await waitForQuiet(page, 200);

  const calls = await page.evaluate(() =>
    (globalThis as unknown as InPage).calls
  );
  assertEquals(calls.map(({ what }) => what), [
    "started first",
    "stopped first",
    "started second",
    "stopped second",
  ]);
  const [start, change, , end] = calls.map((
    { contextTime },
  ) => contextTime * 1_000) as [
    number,
    number,
    number,
    number,
  ];
  assertLess(Math.abs(change - start - 4_000), 150);
  assertLess(Math.abs(end - change - 1_000), 150);

  const played = await soundOf(page, "played");
  const from = played.samples.findIndex((sample) => sample !== 0);
  const expected = Int16Array.from([...given.samples, ...sweep(1).samples]);
  const actual = played.samples.subarray(from, from + expected.length);
  assertEquals(actual.length, expected.length);
  const off = expected.map((sample, i) => Math.abs(sample - actual[i]!));
  assertLess(off.reduce((worst, x) => Math.max(worst, x), 0), 2);
  const heard = await soundOf(page, "heard");
  assertGreater(recognised(expected, heard.samples), 0.7);
});

test("clear in mid-utterance tells how much was heard, and silences the rest", async ({ url, browser }) => {
  const page = await browser.newPage();
  await open(page, url, PCM_RATE);
  await makePlayer(page);
  const givenAt = await play(page, "long", sweep(8));
  await play(page, "next", sweep(1));
  await waitForCall(page, "started long");
  await page.waitForFunction(() => {
    const { calls } = globalThis as unknown as InPage;
    return performance.now() - calls[0]!.at > 1_200;
  });
  const { clearedAt, cuts } = await page.evaluate(() => {
    const { player, context } = globalThis as unknown as InPage;
    return {
      // As the ear has it: less what is still on its way there.
      clearedAt: context.currentTime - context.outputLatency,
      cuts: player.clear(),
    };
  });
  const [cut, behind] = cuts as [Cut, Cut];
  assertEquals(cut.itemId, "long");
  // The first sound is held back for 80 ms.
  const realMs = (clearedAt - givenAt) * 1_000 - 80;
  assertLess(Math.abs(cut.playedMs - realMs), 60);
  assertEquals(behind, { itemId: "next", contentIndex: 0, playedMs: 0 });
  await waitForQuiet(page, 300);
  const played = await soundOf(page, "played");
  const from = played.samples.findIndex((sample) => sample !== 0);
  const soundedMs = silenceAfter(played) - from * 1_000 / played.sampleRate;
  assertLess(soundedMs - cut.playedMs, 150);
  assertGreater(soundedMs - cut.playedMs, -20);

  await play(page, "long", sweep(1));
  await play(page, "after", sweep(1));
  await waitForCall(page, "stopped after");
  assertEquals(
    await page.evaluate(() =>
      (globalThis as unknown as InPage).calls.map(({ what }) => what)
    ),
    ["started long", "stopped long", "started after", "stopped after"],
  );
});
