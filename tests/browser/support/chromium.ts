import {
  type Browser,
  chromium,
  type LaunchOptions,
  type Page,
} from "playwright-core";
import { packagedChromium } from "./packaged_chromium.ts";
import { fromWav, toWav } from "./wav.ts";

export type { Browser, Page };

export interface ChromiumOptions {
  /** Path of a WAV file that is heard once, from when the page opens the microphone; silence if left out. */
  microphone?: string;
  /** Whether the machine has no microphone at all. */
  noMicrophone?: boolean;
  /** Whether the person refuses the microphone. */
  denyMicrophone?: boolean;
  /**
   * Whether pages may move. Where a test is not about that they stand still:
   * drawing without a graphics card takes most of the processor.
   */
  motion?: boolean;
  /** More command line switches. */
  args?: string[];
}

/**
 * Starts a headless Chromium with a profile of its own: the one `CHROMIUM_PATH`
 * names, else one installed on the system, else one from an npm package.
 * `PARLEY_TEST_CHROMIUM=packaged` takes the package's in any case.
 *
 * What it writes is removed when the browser is closed.
 *
 * @throws when there is no Chromium for this system, or it does not start.
 */
export async function launchChromium(
  {
    microphone,
    noMicrophone = false,
    denyMicrophone = false,
    motion = false,
    args = [],
  }: ChromiumOptions = {},
): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  const scratch = await Deno.makeTempDir({ prefix: "parley-chromium-" });
  try {
    const browser = await chromium.launch({
      executablePath,
      env: { ...Deno.env.toObject(), ...env, TMPDIR: scratch },
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        noMicrophone
          ? "--disable-audio-input"
          : "--use-fake-device-for-media-stream",
        `--use-fake-ui-for-media-stream${denyMicrophone ? "=deny" : ""}`,
        `--use-file-for-fake-audio-capture=${await microphoneFile(
          scratch,
          microphone,
        )}%noloop`,
        ...args,
      ],
    });
    // Playwright asks for motion unless told otherwise.
    const newContext = browser.newContext.bind(browser);
    browser.newContext = (options) =>
      newContext({
        reducedMotion: motion ? "no-preference" : "reduce",
        ...options,
      });
    const close = browser.close.bind(browser);
    browser.close = async (options) => {
      await close(options);
      await remove(scratch);
    };
    return browser;
  } catch (error) {
    await remove(scratch);
    throw error;
  }
}

const COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];
const APPLICATIONS = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

async function findChromium(): Promise<
  Pick<LaunchOptions, "executablePath" | "env">
> {
  if (Deno.env.get("PARLEY_TEST_CHROMIUM") !== "packaged") {
    const folders = (Deno.env.get("PATH") ?? "").split(":");
    const executablePath = Deno.env.get("CHROMIUM_PATH") || [
      ...COMMANDS.flatMap((name) =>
        folders.map((folder) => `${folder}/${name}`)
      ),
      ...APPLICATIONS,
    ].find(isFile);
    if (executablePath) return { executablePath };
  }
  return await packagedChromium();
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/**
 * What the fake microphone plays. Without a file Chromium's own would beep once a
 * second; and it repeats a file's last 10 ms for ever, so those must be silent.
 */
async function microphoneFile(
  folder: string,
  recording?: string,
): Promise<string> {
  const { sampleRate, samples } = recording
    ? fromWav(await Deno.readFile(recording))
    : { sampleRate: 48_000, samples: [] };
  const path = `${folder}/microphone.wav`;
  const silence = new Int16Array(sampleRate / 10);
  await Deno.writeFile(
    path,
    toWav({ sampleRate, samples: Int16Array.from([...samples, ...silence]) }),
  );
  return path;
}

async function remove(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    // A browser may be closed twice.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
