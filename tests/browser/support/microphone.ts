import type { Page } from "./chromium.ts";

/** A microphone that the test speaks into. */
export interface FakeMicrophone {
  /**
   * Plays a WAV file into the microphone, and resolves when it has been played
   * with when it began, in ms by the page's clock. Waits for the page to open the
   * microphone first.
   */
  say(wav: Uint8Array): Promise<number>;
}

/** What the script in the page offers to the test. */
interface InPage {
  testMicrophone?: { play(base64: string): Promise<number> };
}

/**
 * Gives the page a microphone that is silent but for what the test says into it.
 * To be called before the page is opened; needs no permission, and asks for none.
 */
export async function fakeMicrophone(page: Page): Promise<FakeMicrophone> {
  await page.addInitScript(install);
  return {
    async say(wav) {
      await page.waitForFunction(() =>
        (globalThis as InPage).testMicrophone !== undefined
      );
      return await page.evaluate(
        (base64) => (globalThis as InPage).testMicrophone!.play(base64),
        wav.toBase64(),
      );
    },
  };
}

/** Runs in the page, before its own scripts. */
function install(): void {
  const devices = navigator.mediaDevices;
  // Only secure origins have devices; about:blank has none.
  if (!devices) return;
  const original = devices.getUserMedia.bind(devices);
  let context: AudioContext | undefined;

  devices.getUserMedia = async (constraints) => {
    if (!constraints?.audio || constraints.video) {
      return await original(constraints);
    }
    context ??= new AudioContext({ sampleRate: 48_000 });
    const microphone = context.createMediaStreamDestination();
    // A microphone gives samples even while nobody speaks.
    const hush = new ConstantSourceNode(context, { offset: 0 });
    hush.connect(microphone);
    hush.start();
    (globalThis as InPage).testMicrophone = {
      play: (base64) => play(base64, microphone),
    };
    return microphone.stream;
  };

  async function play(base64: string, into: MediaStreamAudioDestinationNode) {
    const wav = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const voice = new AudioBufferSourceNode(into.context, {
      buffer: await into.context.decodeAudioData(wav.buffer),
    });
    voice.connect(into);
    voice.start();
    const startedAt = performance.now();
    await new Promise((resolve) => voice.addEventListener("ended", resolve));
    return startedAt;
  }

  // A context made before the person's first click or key may not run until then.
  for (const gesture of ["click", "keydown"]) {
    addEventListener(gesture, () => context?.resume(), { capture: true });
  }
}
