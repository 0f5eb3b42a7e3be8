import { delay } from "../lib/clock.ts";
import {
  type Browser,
  launchChromium,
  type Page,
} from "../tests/browser/support/chromium.ts";
import { type RunningParley, startParley } from "../tests/support/app.ts";
import {
  type ConnectTimes,
  connectTimes,
  markConnect,
  type Sign,
} from "./support/connect_marks.ts";
import {
  type DelayedPeer,
  startDelayedPeer,
} from "./support/delayed_peer_process.ts";
import {
  type SerialSite,
  serveSerialPage,
  startSerially,
} from "./support/serial_page.ts";
import { ratioOf, type Row } from "./rows.ts";

/** How a conversation is begun. */
interface Way {
  name: string;
  sign: Sign;
  /** Leads the page to where its button can be pressed. */
  open(page: Page, place: Place): Promise<void>;
  /** Whether the pointer rests on the button for a while before the click. */
  prepared?: boolean;
}

/** What listens while one delay is measured. */
interface Place {
  peer: DelayedPeer;
  /** With the handshakes `server` and `ephemeral`. */
  server: RunningParley;
  ephemeral: RunningParley;
  site: SerialSite;
}

const SERIAL =
  "one step after the other, with the preflight that browsers make";
const SERVER = "server handshake";
const PREPARED = "server handshake, prepared";

const WAYS: readonly Way[] = [
  {
    name: SERIAL,
    sign: "channel",
    async open(page, { site, ephemeral, peer }) {
      await page.goto(site.url);
      await startSerially(page, {
        session: `${ephemeral.url.replace("http", "ws")}/session`,
        calls: `${peer.baseUrl}/realtime/calls`,
      });
    },
  },
  {
    name: "ephemeral handshake",
    sign: "channel",
    open: (page, { ephemeral }) => openChat(page, ephemeral),
  },
  {
    name: SERVER,
    sign: "frame",
    open: (page, { server }) => openChat(page, server),
  },
  {
    name: PREPARED,
    sign: "frame",
    open: (page, { server }) => openChat(page, server),
    prepared: true,
  },
];

const CONNECTED: Readonly<Record<Sign, string>> = {
  channel: "click to data channel open",
  frame: "click to call connected (it has no data channel)",
};

/** Of the serial way's time. */
const LIMITS: readonly { delayMs: number; way: string; most: number }[] = [
  { delayMs: 0, way: SERVER, most: 1 },
  { delayMs: 150, way: SERVER, most: 2 / 3 },
  { delayMs: 150, way: PREPARED, most: 1 / 2 },
];

/** How long the pointer rests on the button, in ms. */
const REST_MS = 1_000;

/** How long a page may take for any one thing, in ms. */
const GIVE_UP_MS = 10_000;

/** One beginning as it was measured. */
interface Beginning extends ConnectTimes {
  /** How many calls the peer was asked for before the click. */
  early: number;
}

/**
 * Begins conversations in Chromium, way after way in turns, with a microphone that
 * the person has allowed before. One that fails is told of, and left out.
 *
 * @param options.times How often each way.
 * @param options.delays How long every request to the provider waits, in ms.
 */
export async function measureConnect(
  { times = 15, delays = [0, 150] }: { times?: number; delays?: number[] } = {},
): Promise<Row[]> {
  const rows: Row[] = [];
  await using browser = await launchChromium({ motion: true });
  for (const delayMs of delays) {
    rows.push(...rowsOf(await measure(browser, delayMs, times), delayMs));
  }
  return rows;
}

async function measure(
  browser: Browser,
  delayMs: number,
  times: number,
): Promise<Map<Way, Beginning[]>> {
  await using peer = await startDelayedPeer(delayMs);
  await using site = serveSerialPage();
  const start = (handshake: string) =>
    startParley({
      env: {
        REALTIME_PROVIDER: "openai",
        OPENAI_API_KEY: "sk-test",
        OPENAI_BASE_URL: peer.baseUrl,
        REALTIME_HANDSHAKE: handshake,
        ALLOWED_ORIGINS: site.url,
      },
    });
  await using server = await start("server");
  await using ephemeral = await start("ephemeral");
  const place = { peer, server, ephemeral, site };
  const begun = new Map<Way, Beginning[]>(WAYS.map((way) => [way, []]));
  // The first round fills caches and does not count.
  for (let round = 0; round <= times; round++) {
    for (const way of WAYS) {
      try {
        const beginning = await begin(browser, way, place);
        if (round > 0) begun.get(way)!.push(beginning);
      } catch (error) {
        const { message } = error as Error;
        console.error(`${way.name}, round ${round}, failed: ${message}`);
      }
    }
  }
  return begun;
}

async function begin(
  browser: Browser,
  way: Way,
  place: Place,
): Promise<Beginning> {
  await using context = await browser.newContext({
    permissions: ["microphone"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(GIVE_UP_MS);
  await markConnect(page, way.sign);
  await way.open(page, place);
  await page.waitForLoadState("networkidle");
  const calls = await place.peer.calls();
  const button = page.getByRole("button", { name: "Start conversation" });
  if (way.prepared) {
    await button.hover();
    await delay(REST_MS);
    await page.evaluate(() => new Promise((idle) => requestIdleCallback(idle)));
  }
  const early = await place.peer.calls() - calls;
  await button.click();
  const times = await connectTimes(page);
  // A page that is left ends its conversation.
  await page.goto("about:blank");
  return { ...times, early };
}

async function openChat(page: Page, { url }: RunningParley): Promise<void> {
  await page.goto(`${url}/start-chat`);
}

function rowsOf(
  begun: ReadonlyMap<Way, readonly Beginning[]>,
  delayMs: number,
): Row[] {
  const rowsFor = (what: (way: Way) => string, of: keyof ConnectTimes) =>
    [...begun].map(([way, beginnings]): Row => ({
      bench: "connect",
      what: what(way),
      way: way.name,
      delayMs,
      unit: "ms",
      samples: beginnings.map((beginning) => beginning[of]),
    }));
  const connected = rowsFor(({ sign }) => CONNECTED[sign], "connected");
  const heard = rowsFor(() => "click to first word of the greeting", "heard");
  const prepared = [...begun].find(([way]) => way.prepared)!;
  return [
    ...connected,
    ...ratios(
      connected,
      "connected: part of the serial time",
      (row) =>
        LIMITS.find((limit) =>
          limit.delayMs === delayMs && limit.way === row.way
        )?.most,
    ),
    ...heard,
    ...ratios(heard, "first word: part of the serial time"),
    {
      bench: "connect",
      what: "calls made before the click",
      way: prepared[0].name,
      delayMs,
      unit: "calls",
      samples: prepared[1].map(({ early }) => early),
      limit: { of: "p99", most: 0 },
    },
  ];
}

function ratios(
  rows: readonly Row[],
  what: string,
  most: (row: Row) => number | undefined = () => undefined,
): Row[] {
  const serial = rows.find(({ way }) => way === SERIAL)!;
  return rows.filter((row) => row !== serial)
    .map((row) => ratioOf(row, serial, what, most(row)));
}
