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

/** Sound as it came, piece by piece. */
interface Pieces {
  sampleRate: number;
  samples: Int16Array[];
}

/** What the scripts in the page leave for the test. */
export interface InPage {
  context: AudioContext;
  microphone: MediaStream;
  /** The one that takes the microphone: the page's, or a capture's own. */
  capturing: BaseAudioContext;
  /** The blocks of each capture, and when each came by the clock of its context, in s. */
  captures: {
    capture: { close(): void };
    blocks: Int16Array[];
    at: number[];
  }[];
  player: InstanceType<PlayerModule["PcmPlayer"]>;
  /** What the player called back, and when: by the page's clock in ms, and as the ear has it by the context's in s. */
  calls: { what: string; at: number; contextTime: number }[];
  /** What the player gave to its output, sample by sample, however busy the machine. */
  played: Pieces;
  /** What went to the audio element: a busy browser drops some. */
  heard: Pieces;
}

const ROOT = resolve(import.meta.dirname!, "../..");
const POLICY = "default-src 'self'; script-src 'self' 'nonce-00'; " +
  "worker-src 'self'; media-src 'self'; object-src 'none'";
const PAGE = `<!doctype html>
<title>PCM</title>
<button>Start</button>
<audio autoplay></audio>`;

/** On the audio thread: notes what comes, in pieces of 40 ms. */
const RECORDER =
  `registerProcessor("recorder", class extends AudioWorkletProcessor {
  #piece = [];

  process([[channel]]) {
    this.#piece.push(...channel ?? new Float32Array(128));
    if (this.#piece.length < sampleRate / 25) return true;
    this.port.postMessage(Float32Array.from(this.#piece));
    this.#piece = [];
    return true;
  }
});`;

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
  files.set("recorder.js", new TextEncoder().encode(RECORDER));
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
    const { prototype } = AudioContext;
    const { createMediaStreamSource } = prototype;
    prototype.createMediaStreamSource = function (stream) {
      const source = createMediaStreamSource.call(this, stream);
      inPage.capturing = this;
      return source;
    };
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
    const at: number[] = [];
    const capture = await PcmCapture.open(
      inPage.context,
      inPage.microphone,
      (pcm) => {
        at.push(inPage.capturing.currentTime);
        blocks.push(pcm);
      },
    );
    inPage.captures.push({ capture, blocks, at });
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

/**
 * All that the first capture gave, and by how much less that is, in ms, than the
 * audio thread has counted meanwhile. A page that gets some blocks late gets
 * others at once: the promptest of the first half second and of the last count.
 */
export async function captured(page: Page): Promise<
  { sound: Sound; lengths: number[]; missingMs: number }
> {
  const { lengths, samples, at } = await page.evaluate(() => {
    const { captures: [first] } = globalThis as unknown as InPage;
    const { blocks, at } = first!;
    return {
      lengths: [...new Set(blocks.map(({ length }) => length))],
      samples: blocks.flatMap((block) => [...block]),
      at,
    };
  });
  const sound = { sampleRate: PCM_RATE, samples: Int16Array.from(samples) };
  const lateMs = at.map((at, block) => at * 1_000 - block * 20);
  const missingMs = Math.min(...lateMs.slice(-25)) -
    Math.min(...lateMs.slice(0, 25));
  return { sound, lengths, missingMs };
}

/** Makes a player, and records what it plays. */
export async function makePlayer(page: Page): Promise<void> {
  await page.evaluate(async (url) => {
    const inPage = globalThis as unknown as InPage;
    const { PcmPlayer }: PlayerModule = await import(url);
    const { context } = inPage;
    const asInts = (plane: Float32Array) =>
      Int16Array.from(plane, (x) => Math.round(x * 32_768));

    // Beside each way to the player's output one leads to the recorder.
    await context.audioWorklet.addModule("/recorder.js");
    const recorder = new AudioWorkletNode(context, "recorder", {
      channelCount: 1,
      channelCountMode: "explicit",
    });
    // What leads nowhere is not run.
    recorder.connect(context.destination);
    const played: Pieces = inPage.played = {
      sampleRate: context.sampleRate,
      samples: [],
    };
    recorder.port.onmessage = ({ data }) => played.samples.push(asInts(data));
    const connect: (this: AudioNode, to: AudioNode) => AudioNode =
      GainNode.prototype.connect;
    GainNode.prototype.connect = function (this: GainNode, to: AudioNode) {
      connect.call(this, recorder);
      return connect.call(this, to);
    } as GainNode["connect"];
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
        heard.samples.push(asInts(plane));
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

/** What was played so far, or what of it went to the audio element. */
export async function soundOf(
  page: Page,
  which: "played" | "heard",
): Promise<Sound> {
  const { sampleRate, samples } = await page.evaluate((which) => {
    const { sampleRate, samples } = (globalThis as unknown as InPage)[which];
    return { sampleRate, samples: samples.flatMap((piece) => [...piece]) };
  }, which);
  return { sampleRate, samples: Int16Array.from(samples) };
}

/** Waits until for this long nothing has been played, nor given to the element. */
export async function waitForQuiet(page: Page, ms: number): Promise<void> {
  await page.waitForFunction((ms) => {
    const isQuiet = ({ sampleRate, samples }: Pieces) => {
      let quiet = 0;
      for (let i = samples.length - 1; i >= 0 && quiet < ms; i--) {
        if (samples[i]!.some((sample) => sample !== 0)) return false;
        quiet += samples[i]!.length * 1_000 / sampleRate;
      }
      return quiet >= ms;
    };
    const { played, heard } = globalThis as unknown as InPage;
    return isQuiet(played) && isQuiet(heard);
  }, ms);
}
