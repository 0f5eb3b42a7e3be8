import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
} from "@std/assert";
import { melody } from "../client/melody.ts";
import { openSoundPage, sharedSoundPage } from "../client/sound_page.ts";
import type { SoundPage } from "../client/sound_script.tsx";

/** The script in the page; what uses it runs there. */
declare const sound: SoundPage["sound"];

const test = sharedSoundPage("sound in the page");

test("a meter shows loudness in equal steps for equal decibels, and silence as 0", async ({ url, browser }) => {
  const page = await openSoundPage(browser, url);
  const levels = await page.evaluate(async () => {
    const tones = sound.tones(440, 0);
    const meter = sound.meter(tones.stream);
    const levels: Record<string, number> = {};
    const hear = async (name: string, amplitude: number) => {
      tones.amplitude = amplitude;
      await sound.passes(0.2);
      levels[name] = meter.level;
    };
    await hear("silent", 0);
    await hear("faint", 0.01);
    await hear("louder by 20 dB", 0.1);
    await hear("too loud for the scale", 1);
    tones.muted = true;
    await hear("muted", 0.1);
    tones.muted = false;
    await hear("unmuted", 0.1);
    await sound.context.suspend();
    levels["suspended"] = meter.level;
    await sound.context.resume();
    meter.close();
    await hear("closed", 0.1);
    levels["without a track"] = sound.meter(new MediaStream()).level;
    return levels;
  });
  const { faint, unmuted, ["louder by 20 dB"]: louder, ...rest } = levels;
  // The scale is 45 dB long.
  assertAlmostEquals(louder! - faint!, 20 / 45, 0.02);
  assertAlmostEquals(unmuted!, louder!, 0.02);
  assertGreater(faint!, 0.2);
  assertEquals(rest, {
    "silent": 0,
    "too loud for the scale": 1,
    "muted": 0,
    "suspended": 0,
    "closed": 0,
    "without a track": 0,
  });
});

test("a tone is in the band of its pitch, in however many bands", async ({ url, browser }) => {
  const page = await openSoundPage(browser, url);
  const strongest = await page.evaluate(async () => {
    const tones = sound.tones(440, 0.05);
    const meter = sound.meter(tones.stream);
    /** The strongest band, as a part of all, and how strong the lowest and the highest are. */
    const hear = async (hertz: number, count: number) => {
      tones.hertz = hertz;
      await sound.passes(0.2);
      const bands = new Float32Array(count);
      meter.bands(bands);
      const at = bands.indexOf(Math.max(...bands)) / count;
      return { at, lowest: bands[0]!, highest: bands.at(-1)! };
    };
    return {
      low: await hear(300, 16),
      high: await hear(3_000, 16),
      fine: await hear(3_000, 200),
      tooHigh: await hear(12_000, 16),
      tooLow: await hear(20, 16),
      silent: (tones.amplitude = 0, await hear(300, 16)),
    };
  });
  const { low, high, fine, tooHigh, silent } = strongest;
  assertLess(low.at, 0.25);
  assertEquals(low.highest, 0);
  assertGreater(high.at, 0.6);
  assertLess(high.at, 0.8);
  assertEquals(high.lowest, 0);
  assertAlmostEquals(fine.at, high.at, 1 / 16);
  assertEquals(tooHigh, { at: 0, lowest: 0, highest: 0 });
  assertEquals(silent, { at: 0, lowest: 0, highest: 0 });
});

test("a recording has both sides, whatever they are exchanged for", async ({ url, browser }) => {
  const page = await openSoundPage(browser, url);
  const made = await page.evaluate(async () => {
    const microphone = sound.tones(440, 0.3);
    const agent = sound.tones(1_000, 0.3);
    const other = sound.tones(2_000, 0.3);
    const recording = new sound.Recording(sound.context);
    recording.setSource("microphone", microphone.stream);
    recording.start();
    recording.start();
    await sound.passes(0.5);
    recording.setSource("agent", agent.stream);
    await sound.passes(0.5);
    recording.setSource("agent", other.stream);
    await sound.passes(0.5);
    microphone.muted = true;
    await sound.passes(0.5);
    recording.setSource("agent", new MediaStream());
    await sound.passes(0.5);
    microphone.muted = false;
    await sound.passes(0.5);
    const { blob, extension } = await recording.stop();
    const decoded = await sound.context.decodeAudioData(
      await blob.arrayBuffer(),
    );
    return {
      supported: sound.Recording.supported,
      type: blob.type,
      extension,
      channels: decoded.numberOfChannels,
      seconds: decoded.duration,
      sampleRate: decoded.sampleRate,
      samples: [...decoded.getChannelData(0)],
    };
  });
  const { samples, sampleRate, seconds, ...rest } = made;
  assertEquals(rest, {
    supported: true,
    type: "audio/webm;codecs=opus",
    extension: "webm",
    channels: 1,
  });
  assertEquals(melody(samples, sampleRate), [
    "440",
    "440 + 1000",
    "440 + 2000",
    "2000",
    "",
    "440",
  ]);
  assertAlmostEquals(seconds, 3, 0.6);
});

test("a recording that nothing came into is an empty file, and the next one is a new file", async ({ url, browser }) => {
  const page = await openSoundPage(browser, url);
  const sizes = await page.evaluate(async () => {
    const recording = new sound.Recording(sound.context);
    const sizes: Record<string, number> = {};
    const stop = async (name: string) => {
      const { blob } = await recording.stop();
      sizes[name] = blob.size;
    };
    await stop("never started");
    recording.start();
    await stop("at once");
    recording.setSource("agent", sound.tones(440, 0.3).stream);
    recording.start();
    await sound.passes(1);
    await stop("long");
    await stop("stopped before");
    recording.start();
    await sound.passes(0.2);
    await stop("short");
    recording.start();
    recording.close();
    await stop("closed");
    return sizes;
  });
  const { long, short, ["at once"]: _, ...empty } = sizes;
  assertGreater(short!, 0);
  assertGreater(long!, 2 * short!);
  assertEquals(empty, {
    "never started": 0,
    "stopped before": 0,
    "closed": 0,
  });
});

test("over a call the far side's voice is measured, and so is the network", async ({ url, browser }) => {
  const page = await openSoundPage(browser, url);
  const { level, quality } = await page.evaluate(async () => {
    const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
    near.onicecandidate = ({ candidate }) => far.addIceCandidate(candidate!);
    far.onicecandidate = ({ candidate }) => near.addIceCandidate(candidate!);
    const { stream } = sound.tones(440, 0.1);
    for (const peer of [near, far]) peer.addTrack(stream.getTracks()[0]!);
    const voice = new Promise<MediaStream>((resolve) => {
      near.ontrack = ({ track }) => resolve(new MediaStream([track]));
    });
    await near.setLocalDescription();
    await far.setRemoteDescription(near.localDescription!);
    await far.setLocalDescription();
    await near.setRemoteDescription(far.localDescription!);

    const audio = new Audio();
    audio.srcObject = await voice;
    await audio.play();
    const meter = sound.meter(await voice);
    for (let wait = 0; wait < 50 && meter.level < 0.5; wait++) {
      await sound.passes(0.1);
    }
    const stats = new sound.NetworkStats(() => near.getStats());
    let quality = await stats.look();
    for (let look = 0; look < 20; look++) {
      await sound.passes(0.5);
      quality = await stats.look();
      if (quality.roundTripMs !== undefined) break;
    }
    near.close();
    far.close();
    return { level: meter.level, quality };
  });
  assertAlmostEquals(level, 0.7, 0.1);
  const { roundTripMs, jitterMs, loss, inKbps, outKbps } = quality;
  assertLess(roundTripMs!, 1_000);
  // The browser counts whole milliseconds, and this way is shorter than one.
  assertGreaterOrEqual(roundTripMs!, 0);
  assertLess(jitterMs!, 1_000);
  assertLess(loss!, 1);
  for (const kbps of [inKbps!, outKbps!]) {
    assertGreater(kbps, 5);
    assertLess(kbps, 200);
  }
});

test("the page knows the machine's devices by name, and follows what is plugged in", async ({ url, browser }) => {
  const page = await openSoundPage(browser, url);
  const { found, ids, ...rest } = await page.evaluate(async () => {
    const { mediaDevices } = navigator;
    const devices = new sound.Devices();
    const labels = () => ({
      microphones: devices.microphones.value.map(({ label }) => label),
      speakers: devices.speakers.value.map(({ label }) => label),
    });
    await devices.refresh();
    const found = labels();
    const ids = [...devices.microphones.value, ...devices.speakers.value]
      .map(({ id }) => id);

    let looks = 0;
    /** Makes this the machine's only device; resolves when the page may know it. */
    const plugIn = async (label: string, deviceId: string) => {
      mediaDevices.enumerateDevices = () => {
        looks++;
        return Promise.resolve([
          { kind: "audioinput", deviceId, label } as MediaDeviceInfo,
        ]);
      };
      mediaDevices.dispatchEvent(new Event("devicechange"));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return labels();
    };
    const end = devices.follow();
    const headset = await plugIn("Headset", "1");
    // As browsers list devices before the person has allowed the microphone.
    const unnamed = await plugIn("", "");
    end();
    const afterwards = await plugIn("Webcam", "2");
    return {
      found,
      ids,
      headset,
      unnamed,
      afterwards,
      looks,
      canChooseSpeaker: devices.canChooseSpeaker,
    };
  });
  assert(found.microphones.includes("Fake Default Audio Input"));
  assert(found.speakers.includes("Fake Default Audio Output"));
  assert(ids.every((id) => id !== ""));
  const none = { microphones: [], speakers: [] };
  assertEquals(rest, {
    headset: { microphones: ["Headset"], speakers: [] },
    unnamed: none,
    afterwards: none,
    looks: 2,
    canChooseSpeaker: true,
  });
});
