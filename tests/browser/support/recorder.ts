import type { Page } from "./chromium.ts";
import { downsample, SILENCE } from "./sound.ts";
import type { Sound } from "./wav.ts";

/** One remote track's sound so far, and its loudness in steps. */
interface Recording {
  sampleRate: number;
  chunks: Int16Array[];
  /** The root mean square of each chunk, about 10 ms, and when it came, by the page's clock. */
  levels: { rms: number; ms: number; at: number }[];
}

/** Chromium's frames of a track: https://w3c.github.io/mediacapture-transform/ */
declare const MediaStreamTrackProcessor: new (
  init: { track: MediaStreamTrack; maxBufferSize: number },
) => { readable: ReadableStream<AudioData> };

/** What the script in the page offers to the test. */
interface InPage {
  testRecordings?: Recording[];
}

/**
 * Records what the page receives over WebRTC: each remote audio track of each
 * RTCPeerConnection, from its `track` event on. To be called before the page is
 * opened. Chromium decodes a remote track only while a media element plays it.
 */
export async function recordRemoteAudio(page: Page): Promise<void> {
  await page.addInitScript(install);
}

/**
 * What has been recorded so far.
 *
 * @param sampleRate Samples per second: 16000, 24000 or 48000.
 * @param track Which track, in the order they came; the latest if left out.
 * @throws when there is no such track.
 */
export async function recordedAudio(
  page: Page,
  { sampleRate = 24_000, track = -1 } = {},
): Promise<Sound> {
  const recorded = await page.evaluate((track) => {
    const recording = (globalThis as InPage).testRecordings?.at(track);
    if (!recording) return undefined;
    const bytes = recording.chunks.map((chunk) => new Uint8Array(chunk.buffer));
    const binary = bytes.map((chunk) => String.fromCharCode(...chunk)).join("");
    return { sampleRate: recording.sampleRate, base64: btoa(binary) };
  }, track);
  if (!recorded) throw new Error(`No remote audio track ${track} has come yet`);
  const samples = new Int16Array(Uint8Array.fromBase64(recorded.base64).buffer);
  return downsample({ sampleRate: recorded.sampleRate, samples }, sampleRate);
}

/** How loud the latest track was from a moment on, in ms by the page's clock. */
export async function levelsSince(
  page: Page,
  since: number,
): Promise<{ rms: number; at: number }[]> {
  return await page.evaluate((since) => {
    const levels = (globalThis as InPage).testRecordings?.at(-1)?.levels ?? [];
    return levels.filter(({ at }) => at >= since)
      .map(({ rms, at }) => ({ rms, at }));
  }, since);
}

/** Waits until sound, not silence, has been received for 100 ms within the latest second. */
export async function waitForSound(page: Page): Promise<void> {
  await page.waitForFunction((silence) => {
    const levels = (globalThis as InPage).testRecordings?.at(-1)?.levels ?? [];
    const loud = levels.slice(-100).filter(({ rms }) => rms >= silence);
    return loud.reduce((sum, { ms }) => sum + ms, 0) >= 100;
  }, SILENCE);
}

/** Waits until nothing but silence has been received for `ms` milliseconds. */
export async function waitForSilence(page: Page, ms: number): Promise<void> {
  await page.waitForFunction(([silence, ms]) => {
    const levels = (globalThis as InPage).testRecordings?.at(-1)?.levels ?? [];
    let quiet = 0;
    for (let i = levels.length - 1; i >= 0 && quiet < ms; i--) {
      const level = levels[i]!;
      if (level.rms >= silence) return false;
      quiet += level.ms;
    }
    return quiet >= ms;
  }, [SILENCE, ms] as const);
}

/** Runs in the page, before its own scripts. */
function install(): void {
  const recordings: Recording[] = [];
  (globalThis as InPage).testRecordings = recordings;

  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener("track", ({ track }) => {
        if (track.kind === "audio") record(track);
      });
    }
  };

  async function record(track: MediaStreamTrack) {
    const recording: Recording = { sampleRate: 48_000, chunks: [], levels: [] };
    recordings.push(recording);
    // Frames wait in a queue while the page is busy, so that none is lost.
    const { readable } = new MediaStreamTrackProcessor({
      track,
      maxBufferSize: 500,
    });
    for await (const frame of readable) {
      const at = performance.now();
      // Of several channels the first will do.
      const plane = new Float32Array(frame.numberOfFrames);
      frame.copyTo(plane, { planeIndex: 0, format: "f32-planar" });
      const chunk = Int16Array.from(
        plane,
        (sample) => Math.max(-1, Math.min(1, sample)) * 32_767,
      );
      const energy = chunk.reduce((sum, sample) => sum + sample * sample, 0);
      recording.sampleRate = frame.sampleRate;
      recording.chunks.push(chunk);
      recording.levels.push({
        rms: Math.sqrt(energy / chunk.length),
        ms: chunk.length * 1_000 / frame.sampleRate,
        at,
      });
      frame.close();
    }
  }
}
