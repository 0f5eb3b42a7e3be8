import { delay } from "../lib/clock.ts";
import type { Row } from "./rows.ts";
import { noFailures } from "./support/failures.ts";
import { LagLog } from "./support/lag.ts";
import { openPages } from "./support/open_pages.ts";
import { startPinnedRig } from "./support/pinned_rig.ts";
import { talkWithTools } from "./support/tool_talk.ts";

const BENCH = "tool overhead";

/** Each conversation calls a tool this often, in ms. */
const EVERY_MS = 10_000;

const WHAT =
  "tool call handed to the model's socket until the frame with its " +
  "output came there (the tool does nothing; nothing is subtracted)";

/** What the machine itself takes at that moment. */
const ECHO = "beside the sideband, a message over TCP to the server's core " +
  "and back (no server, no WebSocket)";

/** The ways from the model to the agent loop and back. */
const WAYS = [
  { name: "sideband", handshake: "server", transport: "webrtc" },
  {
    name: "relay through the page",
    handshake: "ephemeral",
    transport: "webrtc",
  },
  { name: "audio socket", handshake: "server", transport: "socket" },
] as const;

export interface ToolOverheadOptions {
  /** At once; 200 if left out. */
  conversations?: number;
  /** So many at least for each way; 2,000 if left out. */
  samples?: number;
}

/**
 * How long the model waits for a tool's output beside the tool's own time, on the
 * model's clock.
 *
 * @throws {Error} where conversations fail: what is left of them says nothing.
 */
export async function measureToolOverhead(
  { conversations = 200, samples = 2_000 }: ToolOverheadOptions = {},
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const way of WAYS) {
    rows.push(...await measure(way, conversations, samples));
  }
  return rows;
}

async function measure(
  { name, handshake, transport }: typeof WAYS[number],
  conversations: number,
  least: number,
): Promise<Row[]> {
  await using rig = await startPinnedRig({ places: conversations, handshake });
  const pages = await openPages([rig.url], conversations, () => ({
    transport,
    prompt: true,
  }));
  const talk = talkWithTools(pages, EVERY_MS);
  // The first calls find code that has not been compiled yet.
  await delay(2 * EVERY_MS);
  const before = (await rig.peer.figures()).outputMs;
  using own = new LagLog();
  const echoes = await rig.echo.roundTrips(least / conversations * EVERY_MS);
  const after = (await rig.peer.figures()).outputMs;
  const load = own.take();
  noFailures([...await talk.stop(), ...rig.complaints()]);
  await Promise.all(pages.map((page) => page.stop()));

  const row: Row = {
    bench: BENCH,
    what: WHAT,
    way: name + rig.caveat,
    conversations,
    unit: "ms",
    samples: Object.entries(after).filter(([callId]) => !(callId in before))
      .map(([, ms]) => ms),
  };
  return [
    ...name === "sideband"
      ? [
        { ...row, limit: { of: "median", most: 1 } } as const,
        { ...row, limit: { of: "p99", most: 5 } } as const,
        { ...row, what: ECHO, way: "an echo", samples: echoes },
      ]
      : [row],
    { ...row, what: "event loop lag of the load generator", samples: load },
  ];
}
