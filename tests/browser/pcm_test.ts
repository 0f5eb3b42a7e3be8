import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { resolve } from "node:path";
import { bundle } from "../../jsr/fresh/dev/bundle.ts";
import { PCM_RATE } from "../../lib/client/pcm/format.ts";
import type { Cut } from "../../lib/client/pcm/playout.ts";
import { personWav } from "../local/audio/person.ts";
import { launchChromium, type Page } from "./support/chromium.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import { downsample, durationOf, rms, silenceAfter } from "./support/sound.ts";
import { fromWav, type Sound } from "./support/wav.ts";

type CaptureModule = typeof import("../../lib/client/pcm/capture.ts");
type PlayerModule = typeof import("../../lib/client/pcm/player.ts");

/** Chromium's frames of a track: https://w3c.github.io/mediacapture-transform/ */
declare const MediaStreamTrackProcessor: new (
  init: { track: MediaStreamTrack; maxBufferSize: number },
) => { readable: ReadableStream<AudioData> };

/** What the scripts in the page leave for the test. */
interface InPage {
  context: AudioContext;
  microphone: MediaStream;
  /** The blocks of each capture, and when the latest one came. */
  captures: {
    capture: { close(): void };
    blocks: Int16Array[];
    firstAt: number;
    latestAt: number;
  }[];
  player: InstanceType<PlayerModule["PcmPlayer"]>;
  /** What the player called back, and when: by the page's clock in ms, and as the ear has it by the context's in s. */
  calls: { what: string; at: number; contextTime: number }[];
  /** What went to the audio element. */
  heard: { sampleRate: number; samples: Int16Array[] };
}

const ROOT = resolve(import.meta.dirname!, "../..");
const POLICY = "default-src 'self'; script-src 'self' 'nonce-00'; " +
  "worker-src 'self'; media-src 'self'; object-src 'none'";
const PAGE = `<!doctype html>
<title>PCM</title>
<button>Start</button>
<audio autoplay></audio>`;

/** Serves an empty page, the two modules under test and the worklet. */
async function servePage(): Promise<{ url: string } & AsyncDisposable> {
  const { files } = await bundle(
    ["capture", "player"].map((name) => ({
      name,
      file: `${ROOT}/lib/client/pcm/${name}.ts`,
    })),
    { root: ROOT, mode: "production", target: "es2022" },
  );
  files.set(
    "capture-worklet.js",
    await Deno.readFile(`${ROOT}/static/capture-worklet.js`),
  );
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const file = files.get(new URL(request.url).pathname.slice(1));
      return new Response(file ?? PAGE, {
        headers: {
          "content-type": file ? "text/javascript" : "text/html",
          "content-security-policy": POLICY,
        },
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Opens the page as a person would: with a click, so that it may make sounds. */
async function open(page: Page, url: string, sampleRate: number) {
  await page.goto(url);
  await page.getByRole("button").click();
  await page.evaluate((sampleRate) => {
    const inPage = globalThis as unknown as InPage;
    inPage.context = new AudioContext({ sampleRate });
    inPage.captures = [];
  }, sampleRate);
}

/** Makes the browser refuse a microphone in a context of another rate. */
async function refuseOtherRates(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { prototype } = AudioContext;
    const { createMediaStreamSource } = prototype;
    prototype.createMediaStreamSource = function (stream) {
      if (this.sampleRate === 24_000) {
        throw new DOMException("Another rate", "NotSupportedError");
      }
      return createMediaStreamSource.call(this, stream);
    };
  });
}

/** Begins one more capture of the microphone. */
async function capture(page: Page): Promise<void> {
  await page.evaluate(async (url) => {
    const inPage = globalThis as unknown as InPage;
    inPage.microphone ??= await navigator.mediaDevices.getUserMedia({
      audio: true,
    });
    const { PcmCapture }: CaptureModule = await import(url);
    const blocks: Int16Array[] = [];
    const entry: Partial<InPage["captures"][0]> = { blocks };
    entry.capture = await PcmCapture.open(
      inPage.context,
      inPage.microphone,
      (pcm) => {
        entry.latestAt = performance.now();
        entry.firstAt ??= entry.latestAt;
        blocks.push(pcm);
      },
    );
    inPage.captures.push(entry as InPage["captures"][0]);
  }, "/capture.js");
}

/** Waits until a capture has this many blocks more than it has now. */
async function waitForBlocks(page: Page, which: number, more: number) {
  const have = await page.evaluate(
    (which) => (globalThis as unknown as InPage).captures[which]!.blocks.length,
    which,
  );
  await page.waitForFunction(([which, wanted]) => {
    const { captures } = globalThis as unknown as InPage;
    return captures[which]!.blocks.length >= wanted;
  }, [which, have + more] as const);
}

/** All that the first capture gave, and how long that took. */
async function captured(page: Page): Promise<
  { sound: Sound; lengths: number[]; tookMs: number }
> {
  const { lengths, samples, tookMs } = await page.evaluate(() => {
    const { captures: [first] } = globalThis as unknown as InPage;
    const { blocks, firstAt, latestAt } = first!;
    return {
      lengths: [...new Set(blocks.map(({ length }) => length))],
      samples: blocks.flatMap((block) => [...block]),
      tookMs: latestAt - firstAt,
    };
  });
  const sound = { sampleRate: PCM_RATE, samples: Int16Array.from(samples) };
  return { sound, lengths, tookMs };
}

/** Makes a player, and records what it gives to the audio element. */
async function makePlayer(page: Page): Promise<void> {
  await page.evaluate(async (url) => {
    const inPage = globalThis as unknown as InPage;
    const { PcmPlayer }: PlayerModule = await import(url);
    const audio = document.querySelector("audio")!;
    const note = (what: string) =>
      inPage.calls.push({
        what,
        at: performance.now(),
        contextTime: inPage.context.currentTime - inPage.context.outputLatency,
      });
    inPage.calls = [];
    inPage.player = new PcmPlayer(inPage.context, audio, {
      onStarted: (itemId) => note(`started ${itemId}`),
      onStopped: (itemId) => note(`stopped ${itemId}`),
    });
    const [track] = (audio.srcObject as MediaStream).getAudioTracks();
    const heard: InPage["heard"] = inPage.heard = {
      sampleRate: 0,
      samples: [],
    };
    const { readable } = new MediaStreamTrackProcessor({
      track: track!,
      maxBufferSize: 500,
    });
    (async () => {
      for await (const frame of readable) {
        const plane = new Float32Array(frame.numberOfFrames);
        frame.copyTo(plane, { planeIndex: 0, format: "f32-planar" });
        heard.sampleRate = frame.sampleRate;
        heard.samples.push(
          Int16Array.from(plane, (x) => Math.round(x * 32_768)),
        );
        frame.close();
      }
    })();
  }, "/player.js");
}

/** Gives a sound to the player at once, in chunks of uneven length. */
async function play(page: Page, itemId: string, { samples }: Sound) {
  await page.evaluate(([itemId, samples]) => {
    const { player } = globalThis as unknown as InPage;
    for (let from = 0, length = 500; from < samples.length; length += 77) {
      const chunk = samples.slice(from, from + length);
      player.play(itemId, 0, Int16Array.from(chunk));
      from += length;
    }
    player.finish(itemId);
  }, [itemId, [...samples]] as const);
}

async function waitForCall(page: Page, what: string): Promise<void> {
  await page.waitForFunction((what) => {
    const { calls } = globalThis as unknown as InPage;
    return calls.some((call) => call.what === what);
  }, what);
}

/** What went to the audio element so far. */
async function heardSound(page: Page): Promise<Sound> {
  const { sampleRate, samples } = await page.evaluate(() => {
    const { sampleRate, samples } = (globalThis as unknown as InPage).heard;
    return { sampleRate, samples: samples.flatMap((chunk) => [...chunk]) };
  });
  return { sampleRate, samples: Int16Array.from(samples) };
}

/** Waits until nothing has been given to the element for this long. */
async function waitForQuiet(page: Page, ms: number): Promise<void> {
  await page.waitForFunction((ms) => {
    const { heard } = globalThis as unknown as InPage;
    let quiet = 0;
    for (let i = heard.samples.length - 1; i >= 0 && quiet < ms; i--) {
      if (heard.samples[i]!.some((sample) => sample !== 0)) return false;
      quiet += heard.samples[i]!.length * 1_000 / heard.sampleRate;
    }
    return quiet >= ms;
  }, ms);
}

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
 * then, so each 100 ms may come up to 30 ms later or sooner than those before.
 */
function recognised(said: Int16Array, captured: Int16Array): number {
  const length = PCM_RATE / 10;
  let shift = onset(captured) - onset(said);
  let [loud, found] = [0, 0];
  for (let from = 0; from + length <= said.length; from += length) {
    const part = said.subarray(from, from + length);
    if (rms(part) < 500) continue;
    const shifts = Array.from(
      { length: 1_440 },
      (_, i) => from + shift + i - 720,
    );
    const best = likeness(part, captured, shifts);
    loud++;
    if (best.correlation < 0.97) continue;
    found++;
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

Deno.test("the microphone is captured at 24 kHz from a context of any rate", async (test) => {
  const wav = await personWav("What is the weather like in Rome?");
  const said = downsample(fromWav(wav), PCM_RATE);
  await using server = await servePage();
  await using browser = await launchChromium();
  for (
    const [name, rate, otherRatesRefused] of [
      ["24000 Hz", 24_000, false],
      ["44100 Hz", 44_100, false],
      ["48000 Hz", 48_000, false],
      ["24000 Hz, refused as Firefox does", 24_000, true],
    ] as const
  ) {
    await test.step(name, async () => {
      const page = await browser.newPage();
      if (otherRatesRefused) await refuseOtherRates(page);
      const microphone = await fakeMicrophone(page);
      await open(page, server.url, rate);
      await capture(page);
      await waitForBlocks(page, 0, 5);
      await microphone.say(wav);
      await waitForBlocks(page, 0, 25);

      const { sound, lengths, tookMs } = await captured(page);
      assertEquals(lengths, [480]);
      assertLess(Math.abs(durationOf(sound) - tookMs), 250);
      console.log(name, recognised(said.samples, sound.samples));
      assertGreater(recognised(said.samples, sound.samples), 0.7);
      await page.close();
    });
  }
});

Deno.test("a muted microphone sends silence on, a closed capture nothing", async () => {
  const wav = await personWav("What is the weather like in Rome?");
  await using server = await servePage();
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  await open(page, server.url, PCM_RATE);
  await capture(page);
  await page.evaluate(() => {
    const [track] = (globalThis as unknown as InPage).microphone
      .getAudioTracks();
    track!.enabled = false;
  });
  await microphone.say(wav);
  await waitForBlocks(page, 0, 5);
  const { sound } = await captured(page);
  assertGreater(durationOf(sound), durationOf(fromWav(wav)));
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

Deno.test("what is played comes out sample by sample, and the page knows when", async () => {
  await using server = await servePage();
  await using browser = await launchChromium();
  const page = await browser.newPage();
  await open(page, server.url, PCM_RATE);
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
  const [start, change, , end] = calls.map(({ at }) => at) as [
    number,
    number,
    number,
    number,
  ];
  assertLess(Math.abs(change - start - 4_000), 60);
  assertLess(Math.abs(end - change - 1_000), 60);

  const heard = await heardSound(page);
  const from = heard.samples.findIndex((sample) => sample !== 0);
  const expected = [...given.samples, ...sweep(1).samples];
  const actual = heard.samples.subarray(from, from + expected.length);
  const off = expected.map((sample, i) => Math.abs(sample - actual[i]!));
  assertLess(off.reduce((worst, x) => Math.max(worst, x), 0), 2);
});

Deno.test("clear in mid-utterance tells how much was heard, and silences the rest", async () => {
  await using server = await servePage();
  await using browser = await launchChromium();
  const page = await browser.newPage();
  await open(page, server.url, PCM_RATE);
  await makePlayer(page);
  const givenAt = await page.evaluate(() =>
    (globalThis as unknown as InPage).context.currentTime
  );
  await play(page, "long", sweep(30));
  await play(page, "next", sweep(1));
  await waitForCall(page, "started long");
  await page.waitForFunction(() => {
    const { calls } = globalThis as unknown as InPage;
    return performance.now() - calls[0]!.at > 1_200;
  });
  const { clearedAt, startedAt, cuts } = await page.evaluate(() => {
    const { player, calls, context } = globalThis as unknown as InPage;
    return {
      // As the ear has it: less what is still on its way there.
      clearedAt: context.currentTime - context.outputLatency,
      startedAt: calls[0]!.contextTime,
      cuts: player.clear(),
    };
  });
  const [cut, behind] = cuts as [Cut, Cut];
  assertEquals(cut.itemId, "long");
  assertGreater(startedAt, givenAt + 0.08);
  const realMs = (clearedAt - startedAt) * 1_000;
  console.log("real", realMs, "played", cut.playedMs);
  assertLess(Math.abs(cut.playedMs - realMs), 60);
  assertEquals(behind, { itemId: "next", contentIndex: 0, playedMs: 0 });
  await waitForQuiet(page, 300);
  const heard = await heardSound(page);
  const from = heard.samples.findIndex((sample) => sample !== 0);
  const soundedMs = silenceAfter(heard) - from * 1_000 / heard.sampleRate;
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
