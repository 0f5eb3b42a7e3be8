import {
  type Browser,
  launchChromium,
} from "../tests/browser/support/chromium.ts";
import { startParley } from "../tests/support/app.ts";
import type { Row } from "./rows.ts";

/** A middling phone on a slow network. */
const CPU_SLOWDOWN = 4;
const DOWN_BITS = 1_600_000;
const UP_BITS = 750_000;

/** How long every request waits beside that, in ms: the server next door, and in another country. */
const LATENCIES_MS = [0, 150] as const;

/** The page is to be there within a second. */
const MOST_MS = 1_000;

/** One visit of the chat page. */
interface Visit {
  /** From the navigation until the start button takes a press, in ms. */
  usable: number;
  /** Of all scripts, as they came over the network, headers included; bytes. */
  scripts: number;
}

/** What the script in the page offers to the bench. */
interface InPage {
  benchUsable?: number;
}

/**
 * Opens the chat page in Chromium over and over, each time as if for the first time.
 *
 * @param options.times How often.
 */
export async function measurePage(
  { times = 7 }: { times?: number } = {},
): Promise<Row[]> {
  await using app = await startParley();
  await using browser = await launchChromium({ motion: true });
  // The server's first page loads what makes it, and does not count.
  await visit(browser, app.url, 0);
  const visits = new Map(
    LATENCIES_MS.map((latency) => [latency, [] as Visit[]]),
  );
  for (let time = 0; time < times; time++) {
    for (const [latency, ofIt] of visits) {
      ofIt.push(await visit(browser, app.url, latency));
    }
  }
  return [...visits].flatMap(([latency, ofIt]) => rowsOf(latency, ofIt));
}

function rowsOf(latency: number, visits: readonly Visit[]): Row[] {
  const page = {
    bench: "page",
    way:
      `CPU ${CPU_SLOWDOWN}× slower, 1.6 Mbit/s down, ${latency} ms more for every request, empty cache`,
  };
  return [
    {
      ...page,
      what: "navigation to usable start button",
      unit: "ms",
      samples: visits.map(({ usable }) => usable),
      limit: latency === 0 ? { of: "median", most: MOST_MS } : undefined,
    },
    {
      ...page,
      what: "scripts, as they come over the network",
      unit: "KB",
      samples: visits.map(({ scripts }) => scripts / 1_000),
    },
  ];
}

async function visit(
  browser: Browser,
  url: string,
  latency: number,
): Promise<Visit> {
  await using context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(install);
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: DOWN_BITS / 8,
    uploadThroughput: UP_BITS / 8,
  });
  await client.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  const requests = new Set<string>();
  let scripts = 0;
  client.on("Network.responseReceived", ({ requestId, response }) => {
    if (response.mimeType.includes("javascript")) requests.add(requestId);
  });
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (requests.has(requestId)) scripts += encodedDataLength;
  });
  await page.goto(`${url}/start-chat`);
  await page.waitForFunction(() => (globalThis as InPage).benchUsable);
  await page.waitForLoadState("networkidle");
  const usable = await page.evaluate(() => (globalThis as InPage).benchUsable!);
  return { usable, scripts };
}

/** Runs in the page, before its own scripts: notes when the button can be pressed. */
function install(): void {
  const observer = new MutationObserver(() => {
    const usable = [...document.querySelectorAll("button:enabled")]
      .some(({ textContent }) => textContent === "Start conversation");
    if (!usable) return;
    (globalThis as InPage).benchUsable = performance.now();
    observer.disconnect();
  });
  observer.observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ["disabled"],
  });
}
