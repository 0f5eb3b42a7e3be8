import { PCM_RATE } from "../../lib/client/pcm/format.ts";
import type { Page } from "../browser/support/chromium.ts";
import type { Sound } from "../browser/support/wav.ts";
import type { InPage } from "./pcm_page.ts";

type CaptureModule = typeof import("../../lib/client/pcm/capture.ts");

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
