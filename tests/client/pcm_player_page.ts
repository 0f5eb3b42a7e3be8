import type { Page } from "../browser/support/chromium.ts";
import type { Sound } from "../browser/support/wav.ts";
import type { InPage, Pieces } from "./pcm_page.ts";

type PlayerModule = typeof import("../../lib/client/pcm/player.ts");

/** Chromium's frames of a track: https://w3c.github.io/mediacapture-transform/ */
declare const MediaStreamTrackProcessor: new (
  init: { track: MediaStreamTrack; maxBufferSize: number },
) => { readable: ReadableStream<AudioData> };

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
