import { resolve } from "node:path";
import { bundle } from "../../jsr/fresh/dev/bundle.ts";
import { PCM_RATE } from "../../lib/client/pcm/format.ts";
import type { Page } from "../browser/support/chromium.ts";
import type { Sound } from "../browser/support/wav.ts";
import { esbuildGone } from "../support/esbuild_exit.ts";

type CaptureModule = typeof import("../../lib/client/pcm/capture.ts");
type PlayerModule = typeof import("../../lib/client/pcm/player.ts");

/** Chromium's frames of a track: https://w3c.github.io/mediacapture-transform/ */
declare const MediaStreamTrackProcessor: new (
  init: { track: MediaStreamTrack; maxBufferSize: number },
) => { readable: ReadableStream<AudioData> };

/** What the scripts in the page leave for the test. */
export interface InPage {
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
export async function servePage(): Promise<{ url: string } & AsyncDisposable> {
  const { files } = await bundle(
    ["capture", "player"].map((name) => ({
      name,
      file: `${ROOT}/lib/client/pcm/${name}.ts`,
    })),
    { root: ROOT, mode: "production", target: "es2022" },
  );
  await esbuildGone();
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
export async function open(page: Page, url: string, sampleRate: number) {
  await page.goto(url);
  await page.getByRole("button").click();
  await page.evaluate((sampleRate) => {
    const inPage = globalThis as unknown as InPage;
    inPage.context = new AudioContext({ sampleRate });
    inPage.captures = [];
  }, sampleRate);
}

/** Makes the browser refuse a microphone in a context of another rate. */
export async function refuseOtherRates(page: Page): Promise<void> {
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
export async function capture(page: Page): Promise<void> {
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
export async function waitForBlocks(page: Page, which: number, more: number) {
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
export async function captured(page: Page): Promise<
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
export async function makePlayer(page: Page): Promise<void> {
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
    const speaker = {
      play: (stream: MediaStream) => {
        audio.srcObject = stream;
        void audio.play();
      },
      stop: () => audio.srcObject = null,
    };
    inPage.player = new PcmPlayer(inPage.context, speaker, {
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

/**
 * Gives a sound to the player at once, in chunks of uneven length. Returns when
 * that was, in seconds of the context's clock.
 */
export async function play(
  page: Page,
  itemId: string,
  { samples }: Sound,
): Promise<number> {
  return await page.evaluate(([itemId, samples]) => {
    const { player, context } = globalThis as unknown as InPage;
    const { currentTime } = context;
    for (let from = 0, length = 500; from < samples.length; length += 77) {
      const chunk = samples.slice(from, from + length);
      player.play(itemId, 0, Int16Array.from(chunk));
      from += length;
    }
    player.finish(itemId);
    return currentTime;
  }, [itemId, [...samples]] as const);
}

export async function waitForCall(page: Page, what: string): Promise<void> {
  await page.waitForFunction((what) => {
    const { calls } = globalThis as unknown as InPage;
    return calls.some((call) => call.what === what);
  }, what);
}

/** What went to the audio element so far. */
export async function heardSound(page: Page): Promise<Sound> {
  const { sampleRate, samples } = await page.evaluate(() => {
    const { sampleRate, samples } = (globalThis as unknown as InPage).heard;
    return { sampleRate, samples: samples.flatMap((chunk) => [...chunk]) };
  });
  return { sampleRate, samples: Int16Array.from(samples) };
}

/** Waits until nothing has been given to the element for this long. */
export async function waitForQuiet(page: Page, ms: number): Promise<void> {
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
