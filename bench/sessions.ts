import { delay } from "../lib/clock.ts";
import { type Limit, ratioOf, type Row } from "./rows.ts";
import { noFailures } from "./support/failures.ts";
import { LagLog } from "./support/lag.ts";
import { MemoryLog } from "./support/memory_log.ts";
import { openPages } from "./support/open_pages.ts";
import { type PinnedRig, startPinnedRig } from "./support/pinned_rig.ts";
import { cpuSeconds } from "./support/processes.ts";
import { talkWithTools } from "./support/tool_talk.ts";

const BENCH = "sessions";

/** Each conversation calls a tool this often, in ms. */
const EVERY_MS = 10_000;

/** How long is looked at what is going on, in s. */
const ACTIVE_SECONDS = 40;

/** Memory is looked at for so long while nothing happens, in s. */
const REST_SECONDS = 10;

/** Until V8 has given back what nobody needs any more, in s. */
const SETTLE_SECONDS = 20;

/** With fewer, what V8 holds back is more than what they take. */
const LEAST_FOR_MEMORY = 100;

/** So many calls, this often each, compile the code before it is measured. */
const WARM_UP = { conversations: 10, calls: 20, everyMs: 200 };

/** What a thousand conversations may cost at most. */
const LIMITS_AT = 1_000;
const MAX_LAG_MS = 50;
const MAX_IDLE_KB = 100;

const CPU =
  "CPU per conversation-minute (the server's own and the probe's in it)";

const ADDED_CPU =
  "what conversations add: CPU per conversation-minute, less the empty server's";

/**
 * What conversations cost a server, by how many there are at once.
 *
 * @param options.counts In rising order; 10, 100 and 1,000 if left out.
 * @throws {Error} where conversations fail: what is left of them says nothing.
 */
export async function measureSessions(
  { counts = [10, 100, 1_000] }: { counts?: number[] } = {},
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of counts) rows.push(...await measure(count));
  for (const what of [CPU, ADDED_CPU]) {
    const costs = rows.filter((row) => row.what === what);
    const most = costs.at(-1);
    for (const cost of costs.slice(0, -1)) {
      rows.push(
        ratioOf(most!, cost, `${what}, over that with ${cost.conversations}`),
      );
    }
  }
  return rows;
}

async function measure(count: number): Promise<Row[]> {
  await using rig = await startPinnedRig({
    places: Math.max(count, WARM_UP.conversations),
  });
  await warmUp(rig);
  using memory = new MemoryLog(rig.pid);
  const resident = () => memory.median(memory.now - REST_SECONDS, memory.now);
  await delay(SETTLE_SECONDS * 1000);
  const emptyMark = rig.mark();
  const empty = await cpuOf([rig.pid], REST_SECONDS);
  const emptyLags = rig.lagsSince(emptyMark);
  // What conversations take comes on top of this.
  const base = resident();

  const pages = await openPages([rig.url], count);
  await delay((SETTLE_SECONDS + REST_SECONDS) * 1000);
  const idle = resident();

  const talk = talkWithTools(pages, EVERY_MS);
  await delay(EVERY_MS);
  const mark = rig.mark();
  using own = new LagLog();
  const [busy, load] = await Promise.all([
    cpuOf([rig.pid], ACTIVE_SECONDS),
    cpuOf([rig.peer.pid, Deno.pid], ACTIVE_SECONDS),
  ]);
  const lags = rig.lagsSince(mark);
  const ownLags = own.take();
  const active = resident();
  noFailures([...await talk.stop(), ...rig.complaints()]);
  await Promise.all(pages.map((page) => page.stop()));

  const condition = {
    bench: BENCH,
    way: `a tool call every ${EVERY_MS / 1000} s${rig.caveat}`,
    conversations: count,
  };
  const kilobytes = (megabytes: number) => (megabytes - base) * 1000 / count;
  const limit = (of: Limit["of"], most: number) =>
    count === LIMITS_AT ? { of, most } : undefined;
  const memoryRows: Row[] = [
    {
      ...condition,
      what: "memory per idle conversation",
      way: `idle${rig.caveat}`,
      unit: "KB",
      samples: [kilobytes(idle)],
      limit: limit("median", MAX_IDLE_KB),
    },
    {
      ...condition,
      what: "memory per active conversation",
      unit: "KB",
      samples: [kilobytes(active)],
    },
  ];
  return [
    {
      ...condition,
      what: "event loop lag of the server",
      unit: "ms",
      samples: lags,
      limit: limit("p99", MAX_LAG_MS),
    },
    // Where this is high, others have used the core, too.
    {
      ...condition,
      what: "event loop lag of the empty server",
      way: `before any conversation${rig.caveat}`,
      unit: "ms",
      samples: emptyLags,
    },
    ...count >= LEAST_FOR_MEMORY ? memoryRows : [],
    {
      ...condition,
      what: CPU,
      unit: "ms",
      samples: [busy * 60_000 / count],
    },
    {
      ...condition,
      what: ADDED_CPU,
      unit: "ms",
      samples: [(busy - empty) * 60_000 / count],
    },
    {
      ...condition,
      what: "the empty server's core in use",
      way: `before any conversation${rig.caveat}`,
      unit: "%",
      samples: [empty * 100],
    },
    {
      ...condition,
      what: "the server's core in use",
      unit: "%",
      samples: [busy * 100],
    },
    // Where these are high, it is the load that was measured.
    {
      ...condition,
      what: "the load's core in use (pages and model)",
      unit: "%",
      samples: [load * 100],
    },
    {
      ...condition,
      what: "event loop lag of the load generator",
      unit: "ms",
      samples: ownLags,
    },
  ];
}

async function warmUp({ url }: PinnedRig): Promise<void> {
  const { conversations, calls, everyMs } = WARM_UP;
  const pages = await openPages([url], conversations);
  const talk = talkWithTools(pages, everyMs);
  await delay(calls * everyMs);
  noFailures(await talk.stop());
  await Promise.all(pages.map((page) => page.stop()));
}

/** What processes use of one core in the time that comes, as a part of it. */
async function cpuOf(
  pids: readonly number[],
  seconds: number,
): Promise<number> {
  const used = async () =>
    (await Promise.all(pids.map(cpuSeconds))).reduce((sum, one) => sum + one);
  const before = await used();
  const begun = performance.now();
  await delay(seconds * 1000);
  const passed = (performance.now() - begun) / 1000;
  return (await used() - before) / passed;
}
