import { resolve } from "node:path";
import { bundle } from "../../jsr/fresh/dev/bundle.ts";
import type { Page } from "../browser/support/chromium.ts";
import { esbuildGone } from "../support/esbuild_exit.ts";

type PlayerModule = typeof import("../../lib/client/pcm/player.ts");

/** Sound as it came, piece by piece. */
export interface Pieces {
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
