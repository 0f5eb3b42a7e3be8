import { assertEquals, assertGreater } from "@std/assert";
import type { Page } from "../browser/support/chromium.ts";
import { openSoundPage, sharedSoundPage } from "./sound_page.ts";
import type { SoundPage } from "./sound_script.tsx";

/** The script in the page; what uses it runs there. */
declare const sound: SoundPage["sound"];

const test = sharedSoundPage("the visualiser");

const STATES = [
  "idle",
  "connecting",
  "listening",
  "thinking",
  "speaking",
  "reconnecting",
  "ended",
  "failed",
] as const;
const STILL = ["idle", "ended", "failed"] as const;

/** Waits until the picture shows a level from this range. */
async function waitForLevel(page: Page, from: number, to: number) {
  await page.waitForFunction(([from, to]) => {
    const level = Number(document.querySelector("canvas")!.dataset.level);
    return level >= from && level <= to;
  }, [from, to] as const);
}

/** Waits until the page asks for no more frames. */
async function waitForStillness(page: Page): Promise<void> {
  await page.waitForFunction(async () => await sound.framesAskedFor() === 0);
}

const framesAskedFor = (page: Page) =>
  page.evaluate(() => sound.framesAskedFor());

test("the picture follows the microphone while it listens, and the agent while that speaks", async ({ url, browser }) => {
  const page = await openSoundPage(browser, url);
  const show = (
    state: "listening" | "thinking" | "speaking",
    loud: "microphone" | "agent",
    muted = false,
  ) =>
    page.evaluate(([state, loud, muted]) => {
      const silent = loud === "agent" ? "microphone" : "agent";
      sound.show(state, {
        muted,
        [loud]: sound.meter(sound.tones(440, 0.1).stream),
        [silent]: sound.meter(sound.tones(440, 0).stream),
      });
    }, [state, loud, muted] as const);

  await show("listening", "agent");
  await waitForLevel(page, 0, 0);
  await show("listening", "microphone");
  await waitForLevel(page, 0.65, 0.75);
  await show("speaking", "microphone", true);
  await waitForLevel(page, 0, 0);
  await show("speaking", "agent", true);
  await waitForLevel(page, 0.65, 0.75);
  await show("thinking", "agent");
  await waitForLevel(page, 0, 0);
  assertGreater(await framesAskedFor(page), 10);
  await show("listening", "microphone");
  await waitForLevel(page, 0.65, 0.75);
  await show("listening", "microphone", true);
  await waitForLevel(page, 0, 0);
});

test("the level is told ten times a second at most", async ({ url, browser }) => {
  const page = await openSoundPage(browser, url);
  const gaps = await page.evaluate(async () => {
    const tones = sound.tones(440, 0);
    sound.show("listening", { microphone: sound.meter(tones.stream) });
    /** The times of the frames in which it was told. */
    const times: number[] = [];
    new MutationObserver(() => {
      times.push(Number(document.timeline.currentTime));
    }).observe(document.querySelector("canvas")!, {
      attributeFilter: ["data-level"],
    });
    // Never the same for long.
    for (let round = 0; round < 30; round++) {
      tones.amplitude = 0.01 * (1 + round % 9);
      await sound.passes(0.05);
    }
    return times.slice(1).map((time, at) => time - times[at]!);
  });
  assertGreater(gaps.length, 3);
  assertGreater(Math.min(...gaps), 99);
});

test("each state has a shape of its own, one still picture where little motion is preferred", async ({ url, browser }) => {
  const page = await openSoundPage(browser, url, {
    reducedMotion: "reduce",
  });
  const { differences, frames, levels } = await page.evaluate((states) => {
    const meter = sound.meter(sound.tones(440, 0.1).stream);
    const parts = { microphone: meter, agent: meter };
    const before = sound.frames;
    sound.show("connecting");
    const canvas = document.querySelector("canvas")!;
    // With the same colours in all of them only the shapes can differ.
    canvas.style.stroke = "rgb(0, 0, 0)";
    canvas.style.fill = "rgb(200, 200, 200)";
    const { width, height } = canvas;
    const shapes: [name: string, pixels: Uint8ClampedArray][] = [];
    const levels = new Set<string | undefined>();
    const keep = (name: string) => {
      const picture = canvas.getContext("2d")!
        .getImageData(0, 0, width, height);
      shapes.push([name, picture.data]);
      levels.add(canvas.dataset.level);
    };
    for (const state of states) {
      sound.show(state, parts);
      keep(state);
    }
    sound.show("listening", { ...parts, muted: true });
    keep("muted");
    const differences = shapes.flatMap(([name, pixels], at) =>
      shapes.slice(at + 1).map(([otherName, other]) => {
        let different = 0;
        pixels.forEach((value, at) => {
          if (Math.abs(value - other[at]!) > 60) different++;
        });
        return {
          pair: `${name} and ${otherName}`,
          part: different / pixels.length,
        };
      })
    );
    return {
      differences,
      frames: sound.frames - before,
      levels: [...levels],
    };
  }, STATES);
  assertEquals(frames, 0);
  assertEquals(levels, ["0.00"]);
  assertEquals(differences.length, 36);
  for (const { pair, part } of differences) assertGreater(part, 0.002, pair);
});

test("nothing is drawn where nothing moves, nobody looks, or it was taken away", async ({ url, browser, test }) => {
  const page = await openSoundPage(browser, url);
  for (const state of STILL) {
    await test.step(state, async () => {
      await page.evaluate(() => sound.show("thinking"));
      assertGreater(await framesAskedFor(page), 10);
      await page.evaluate((state) => sound.show(state), state);
      await waitForStillness(page);
    });
  }
  await test.step("muted", async () => {
    await page.evaluate(() => sound.show("listening"));
    assertGreater(await framesAskedFor(page), 10);
    await page.evaluate(() => sound.show("listening", { muted: true }));
    await waitForStillness(page);
  });
  await test.step("a hidden page", async () => {
    await page.evaluate(() => sound.show("thinking"));
    const turn = (hidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", {
          value: hidden,
          configurable: true,
        });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await turn(true);
    assertEquals(await framesAskedFor(page), 0);
    await page.evaluate(() => sound.show("speaking"));
    assertEquals(await framesAskedFor(page), 0);
    await turn(false);
    assertGreater(await framesAskedFor(page), 10);
  });
  await test.step("little motion, preferred from now on", async () => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await waitForStillness(page);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    assertGreater(await framesAskedFor(page), 10);
  });
  await test.step("taken away", async () => {
    await page.evaluate(() => sound.show(undefined));
    assertEquals(await framesAskedFor(page), 0);
    await page.evaluate(() => dispatchEvent(new Event("resize")));
    assertEquals(await framesAskedFor(page), 0);
  });
});

/** Waits until the disc's outline is drawn in this colour, on a canvas of so many pixels. */
async function waitForOutline(page: Page, width: number, colour: string) {
  await page.waitForFunction(([width, colour]) => {
    const canvas = document.querySelector("canvas")!;
    const [red, green, blue] = canvas.getContext("2d")!
      .getImageData(width / 2, Math.round(width / 2 * (1 - 0.42)), 1, 1).data;
    return canvas.width === width && canvas.height === width &&
      `${red} ${green} ${blue}` === colour;
  }, [width, colour] as const);
}

test("a still picture is drawn anew in another colour scheme, and for a box of another size", async ({ url, browser }) => {
  for (const reducedMotion of ["reduce", "no-preference"] as const) {
    const page = await openSoundPage(browser, url, {
      colorScheme: "light",
      deviceScaleFactor: 2,
      reducedMotion,
    });
    await page.evaluate(() => sound.show("idle"));
    await waitForStillness(page);
    await waitForOutline(page, 384, "101 95 87");
    await page.emulateMedia({ colorScheme: "dark", reducedMotion });
    await waitForOutline(page, 384, "165 161 173");
    await page.evaluate(() => {
      document.querySelector("canvas")!.style.width = "100px";
    });
    await waitForOutline(page, 200, "165 161 173");
  }
});
