import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
} from "@std/assert";
import { startParley } from "../support/app.ts";
import { launchChromium, type Page } from "./support/chromium.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import { startConversation, type, waitForState } from "./support/page.ts";
import { toWav } from "./support/wav.ts";

const TONE_HZ = 440;
const TONE_SECONDS = 1;
/** The rate that recordings are looked at with, in samples a second. */
const RATE = 8_000;
/** How long a piece is that is looked at, in samples: 50 ms. */
const PIECE = 400;

/** What the microphone hears: a tone that no voice has. */
const TONE = toWav({
  sampleRate: 48_000,
  samples: Int16Array.from(
    { length: TONE_SECONDS * 48_000 },
    (_, at) => 20_000 * Math.sin(2 * Math.PI * TONE_HZ * at / 48_000),
  ),
});

/** A recording as the person gets it. */
interface File {
  name: string;
  seconds: number;
  channels: number;
  samples: number[];
}

/** Does something that gives the person a file, and decodes that as a player would. */
async function recordedBy(
  page: Page,
  action: () => Promise<void>,
): Promise<File> {
  const [file] = await Promise.all([page.waitForEvent("download"), action()]);
  const bytes = await Deno.readFile(await file.path());
  const decoded = await page.evaluate(async ([base64, rate]) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const sound = await new OfflineAudioContext(1, 1, rate)
      .decodeAudioData(bytes.buffer);
    return {
      seconds: sound.duration,
      channels: sound.numberOfChannels,
      samples: [...sound.getChannelData(0)],
    };
  }, [bytes.toBase64(), RATE] as const);
  return { name: file.suggestedFilename(), ...decoded };
}

/** How many seconds of a recording are the tone, and how many something else. */
function heardIn({ samples }: File): { tone: number; other: number } {
  const heard = { tone: 0, other: 0 };
  for (let from = 0; from + PIECE <= samples.length; from += PIECE) {
    let [real, imaginary, energy] = [0, 0, 0];
    for (let at = from; at < from + PIECE; at++) {
      const angle = 2 * Math.PI * TONE_HZ * at / RATE;
      real += samples[at]! * Math.cos(angle);
      imaginary += samples[at]! * Math.sin(angle);
      energy += samples[at]! ** 2;
    }
    const amplitude = 2 * Math.hypot(real, imaginary) / PIECE;
    const rest = Math.sqrt(Math.max(0, energy / PIECE - amplitude ** 2 / 2));
    if (amplitude > 0.3) heard.tone += PIECE / RATE;
    else if (rest > 0.03) heard.other += PIECE / RATE;
  }
  return heard;
}

/** How long the sign says that a recording is, in seconds. */
async function lengthOf(page: Page): Promise<number> {
  const time = await page.locator(".recording span").innerText();
  const [minutes, seconds] = time.split(":").map(Number);
  return minutes! * 60 + seconds!;
}

/** Waits until a recording is this long, in seconds. */
async function waitForLength(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction((seconds) => {
    const time = document.querySelector(".recording span")?.textContent ?? "";
    const [minutes, rest] = time.split(":").map(Number);
    return minutes! * 60 + rest! >= seconds;
  }, seconds);
}

const press = (page: Page, name: string) =>
  page.getByRole("button", { name }).click();

Deno.test("a recording has the person and the agent, and nothing of what is muted", async (test) => {
  await using app = await startParley();
  await using browser = await launchChromium();
  for (
    const [over, query] of [
      ["a call", ""],
      ["the audio socket", "?transport=socket"],
    ] as const
  ) {
    await test.step(`over ${over}`, async () => {
      const page = await browser.newPage();
      const microphone = await fakeMicrophone(page);
      await page.goto(`${app.url}/start-chat${query}`);
      await startConversation(page);
      const sign = page.locator(".recording");
      assertEquals(await sign.count(), 0);

      await press(page, "Record");
      await sign.waitFor();
      assertMatch(await sign.innerText(), /^Recording\s+0:0\d$/);
      await microphone.say(TONE);
      await waitForLength(page, 1);
      await press(page, "Mute microphone");
      await microphone.say(TONE);
      await type(page, "What can you do?");
      // Its text is complete before half of it has been heard.
      await page.locator(".turn.complete", { hasText: "in any city" })
        .waitFor();
      await waitForState(page, "Listening");
      const both = await recordedBy(
        page,
        () => press(page, "Stop recording"),
      );
      assertEquals(await sign.count(), 0);
      assertMatch(
        both.name,
        /^parley-weather-\d{4}-\d\d-\d\d-\d{4}\.webm$/,
      );
      assertEquals(both.channels, 1);
      const { tone, other } = heardIn(both);
      assertAlmostEquals(tone, TONE_SECONDS, 0.2);
      assert(other > 2, `${other} s of the agent's voice`);
      assert(both.seconds > tone + other, `${both.seconds} s in all`);

      // It ends with the conversation, and only the new one is in its file.
      await press(page, "Record");
      await type(page, "Who are you?");
      await waitForState(page, "Speaking");
      await waitForLength(page, await lengthOf(page) + 2);
      const last = await recordedBy(
        page,
        () => press(page, "End conversation"),
      );
      await waitForState(page, "Ended");
      assertEquals(await sign.count(), 0);
      const rest = heardIn(last);
      assertEquals(rest.tone, 0);
      assert(rest.other > 0, `${rest.other} s of the agent's voice`);
      assert(last.seconds < both.seconds, `${last.seconds} s`);
      await page.close();
    });
  }

  await test.step("where a browser can't record there is no button for it", async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      Reflect.deleteProperty(globalThis, "MediaRecorder");
    });
    await page.goto(`${app.url}/start-chat`);
    await press(page, "Start conversation");
    await page.getByRole("button", { name: "Interrupt" }).waitFor();
    assertEquals(
      await page.getByRole("button", { name: "Record" }).count(),
      0,
    );
    await page.close();
  });
});
