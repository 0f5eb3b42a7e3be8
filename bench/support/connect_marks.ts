import { SILENCE } from "../../tests/browser/support/sound.ts";
import type { Page } from "../../tests/browser/support/chromium.ts";

/**
 * What shows that a call stands: its data channel opens; or, where there is none,
 * the page tells the server so, by the frame `connected`.
 */
export type Sign = "channel" | "frame";

/** From the click on, in ms. */
export interface ConnectTimes {
  /** Until the call stood and the microphone was open. */
  connected: number;
  /** Until the first 10 ms of the agent's voice that are no silence were there to be played. */
  heard: number;
}

/** By the page's clock. */
interface Marks {
  click?: number;
  microphone?: number;
  connected?: number;
  heard?: number;
}

/** Chromium's frames of a track: https://w3c.github.io/mediacapture-transform/ */
declare const MediaStreamTrackProcessor: new (
  init: { track: MediaStreamTrack },
) => { readable: ReadableStream<AudioData> };

/** What the script in the page offers to the bench. */
interface InPage {
  benchMarks?: Marks;
}

/** Takes the times of a page's first call. To be called before the page is opened. */
export async function markConnect(page: Page, sign: Sign): Promise<void> {
  await page.addInitScript(install, { sign, silence: SILENCE });
}

/**
 * Waits until the agent has been heard.
 *
 * @throws with what came about instead, when that takes too long.
 */
export async function connectTimes(page: Page): Promise<ConnectTimes> {
  const read = () => page.evaluate(() => (globalThis as InPage).benchMarks!);
  try {
    await page.waitForFunction(() => {
      const { connected, microphone, heard } = (globalThis as InPage)
        .benchMarks!;
      return connected && microphone && heard;
    });
  } catch (error) {
    throw new Error(
      `The agent was not heard; there were ${JSON.stringify(await read())}`,
      { cause: error },
    );
  }
  const { click, microphone, connected, heard } = await read() as Required<
    Marks
  >;
  return {
    connected: Math.max(connected, microphone) - click,
    heard: heard - click,
  };
}

/** Runs in the page, before its own scripts. */
function install({ sign, silence }: { sign: Sign; silence: number }): void {
  const marks: Marks = (globalThis as InPage).benchMarks = {};
  addEventListener("click", ({ timeStamp }) => marks.click ??= timeStamp, {
    capture: true,
  });

  // Only secure origins have devices; about:blank has none.
  const devices = navigator.mediaDevices;
  const getUserMedia = devices?.getUserMedia.bind(devices);
  if (devices) {
    devices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints);
      marks.microphone ??= performance.now();
      return stream;
    };
  }

  if (sign === "frame") {
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      if (
        typeof data === "string" && data.startsWith("{") &&
        JSON.parse(data).type === "connected"
      ) marks.connected ??= performance.now();
      send.call(this, data);
    };
  }

  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener("track", ({ track }) => void listen(track));
    }

    override createDataChannel(
      label: string,
      init?: RTCDataChannelInit,
    ): RTCDataChannel {
      const channel = super.createDataChannel(label, init);
      channel.addEventListener("open", () => {
        if (sign === "channel") marks.connected ??= performance.now();
      });
      return channel;
    }
  };

  async function listen(track: MediaStreamTrack): Promise<void> {
    const { readable } = new MediaStreamTrackProcessor({ track });
    for await (const frame of readable) {
      const plane = new Float32Array(frame.numberOfFrames);
      frame.copyTo(plane, { planeIndex: 0, format: "f32-planar" });
      frame.close();
      const energy = plane.reduce((sum, sample) => sum + sample * sample, 0);
      if (Math.sqrt(energy / plane.length) * 32_768 < silence) continue;
      marks.heard ??= performance.now();
      // The page's own element goes on playing.
      break;
    }
  }
}
