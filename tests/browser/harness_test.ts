import {
  assertEquals,
  assertGreater,
  assertLess,
  assertRejects,
} from "@std/assert";
import { launchChromium, type Page } from "./support/chromium.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import {
  recordedAudio,
  recordRemoteAudio,
  waitForSilence,
  waitForSound,
} from "./support/recorder.ts";
import { durationOf, rms, silenceAfter, slice } from "./support/sound.ts";
import { type Sound, toWav } from "./support/wav.ts";

/** Calls itself: one connection sends the microphone, another plays it. */
const PAGE = `<!doctype html>
<title>Loopback</title>
<button>Call</button>
<p role="status">Idle</p>
<audio autoplay></audio>
<script type="module" src="/loopback.js"></script>`;

const SCRIPT = `
const status = document.querySelector("p");
document.querySelector("button").onclick = async () => {
  try {
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    const caller = new RTCPeerConnection();
    const callee = new RTCPeerConnection();
    caller.onicecandidate = ({ candidate }) => callee.addIceCandidate(candidate);
    callee.onicecandidate = ({ candidate }) => caller.addIceCandidate(candidate);
    callee.ontrack = ({ streams: [stream] }) => {
      document.querySelector("audio").srcObject = stream;
    };
    callee.onconnectionstatechange = () => {
      status.textContent = callee.connectionState;
    };
    for (const track of microphone.getTracks()) caller.addTrack(track, microphone);
    await caller.setLocalDescription();
    await callee.setRemoteDescription(caller.localDescription);
    await callee.setLocalDescription();
    await caller.setRemoteDescription(callee.localDescription);
  } catch (error) {
    status.textContent = error.name;
  }
};`;

/** Serves the page under a policy as strict as an application's may be. */
function servePage(): { url: string } & AsyncDisposable {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const script = new URL(request.url).pathname === "/loopback.js";
      return new Response(script ? SCRIPT : PAGE, {
        headers: {
          "content-type": script ? "text/javascript" : "text/html",
          "content-security-policy":
            "default-src 'self'; media-src 'self' blob:",
        },
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A sine tone, as loud as speech. */
function tone(hertz: number, ms: number): Sound {
  const sampleRate = 16_000;
  const samples = Int16Array.from(
    { length: sampleRate * ms / 1_000 },
    (_, i) => 8_000 * Math.sin(2 * Math.PI * hertz * i / sampleRate),
  );
  return { sampleRate, samples };
}

/** The pitch of a tone: how often it rises through zero in a second. */
function pitchOf(sound: Sound): number {
  const rises = sound.samples.filter((sample, i) =>
    sample >= 0 && (sound.samples[i - 1] ?? 0) < 0
  );
  return rises.length * 1_000 / durationOf(sound);
}

async function call(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: "Call" }).click();
}

Deno.test("the recorder hears what the fake microphone says, when it says it", async () => {
  await using server = servePage();
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  await recordRemoteAudio(page);
  await call(page, server.url);
  await page.getByText("connected").waitFor();

  await waitForSilence(page, 300);
  const before = await recordedAudio(page);
  assertGreater(durationOf(before), 299);
  assertEquals(silenceAfter(before), 0);

  await microphone.say(toWav(tone(440, 1_000)));
  await waitForSilence(page, 300);
  for (const sampleRate of [16_000, 24_000, 48_000]) {
    const heard = await recordedAudio(page, { sampleRate });
    assertEquals(heard.sampleRate, sampleRate);
    const end = silenceAfter(heard);
    const middle = slice(heard, end - 800, end - 200);
    assertGreater(rms(middle.samples), 2_000);
    assertLess(Math.abs(pitchOf(middle) - 440), 10);
    assertLess(rms(slice(heard, 0, durationOf(before)).samples), 100);
  }

  await microphone.say(toWav(tone(880, 500)));
  await waitForSilence(page, 300);
  const again = await recordedAudio(page);
  const end = silenceAfter(again);
  assertLess(Math.abs(pitchOf(slice(again, end - 400, end - 100)) - 880), 20);
});

Deno.test("a WAV file is heard once, from when the microphone is opened", async () => {
  const file = await Deno.makeTempFile({ suffix: ".wav" });
  await Deno.writeFile(file, toWav(tone(440, 1_000)));
  try {
    await using server = servePage();
    await using browser = await launchChromium({ microphone: file });
    const page = await browser.newPage();
    await recordRemoteAudio(page);
    await call(page, server.url);
    await waitForSound(page);
    await waitForSilence(page, 1_500);
    const heard = await recordedAudio(page);
    assertLess(silenceAfter(heard), durationOf(heard) - 1_400);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("without a WAV file the microphone is silent", async () => {
  await using server = servePage();
  await using browser = await launchChromium();
  const page = await browser.newPage();
  await recordRemoteAudio(page);
  await call(page, server.url);
  await page.getByText("connected").waitFor();
  await waitForSilence(page, 1_500);
  assertEquals(silenceAfter(await recordedAudio(page)), 0);
});

Deno.test("a person may refuse the microphone", async () => {
  await using server = servePage();
  await using browser = await launchChromium({ denyMicrophone: true });
  const page = await browser.newPage();
  await call(page, server.url);
  await page.getByText("NotAllowedError").waitFor();
});

Deno.test("a closed browser leaves nothing behind", async () => {
  // Without the switch Chromium does not tell its command line.
  await using browser = await launchChromium({ args: ["--enable-automation"] });
  const devtools = await browser.newBrowserCDPSession();
  const { arguments: args } = await devtools.send(
    "Browser.getBrowserCommandLine",
  );
  await browser.close();
  const folders = args.flatMap((arg) =>
    /=(\/.*(?:parley-chromium-|playwright_)[^/]+)/.exec(arg)?.[1] ?? []
  );
  assertEquals(folders.length, 2, args.join("\n"));
  for (const folder of folders) {
    await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
  }
});
