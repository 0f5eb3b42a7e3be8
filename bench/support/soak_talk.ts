import { delay } from "../../lib/clock.ts";
import { quantile } from "../statistics.ts";
import { MemoryLog } from "./memory_log.ts";
import { eitherWay, openPages } from "./open_pages.ts";
import { complaintsOf, leftOpen, type Rig, startRig } from "./rig.ts";
import type { ScriptedPage } from "./scripted_page.ts";
import { type Line, noneOf } from "./soak_table.ts";

/** Each conversation says something this often, every other time for a tool. */
const EVERY_MS = 5_000;
/** Memory may grow by this from the second minute to the last, in percent. */
const MAX_GROWTH = 5;

/** What the conversations have come to. */
interface Tally {
  /** How long each answer took, in ms. */
  waits: number[];
  failures: string[];
}

/** Has so many conversations talk at once, for two minutes at least. */
export async function soakTalk(
  count: number,
  minutes: number,
): Promise<Line[]> {
  await using rig = await startRig(count);
  const pages = await openPages([rig.parley.url], count, eitherWay);
  using memory = new MemoryLog(rig.pid);
  const tally: Tally = { waits: [], failures: [] };
  const until = performance.now() + minutes * 60_000;
  await Promise.all(pages.map(async (page, number) => {
    // Side by side, not in step.
    await delay(number / count * EVERY_MS);
    await converse(page, until, tally);
  }));
  await Promise.all(pages.map((page) => page.stop()));
  const [median, p95] = [0.5, 0.95].map((part) =>
    quantile(tally.waits, part).toFixed(0)
  );
  return [
    { what: "conversations at once", figure: count },
    { what: "minutes", figure: minutes },
    { what: "texts answered", figure: tally.waits.length },
    {
      what: "wait for an answer, median; p95, ms",
      figure: `${median}; ${p95}`,
    },
    ...await peerLines(rig),
    noneOf("errors", [
      ...tally.failures,
      ...pages.flatMap(errorsOf),
      ...complaintsOf(rig),
    ]),
    ...memoryLines(memory, minutes),
    await leftOpen(rig),
  ];
}

async function converse(
  page: ScriptedPage,
  until: number,
  { waits, failures }: Tally,
): Promise<void> {
  for (let round = 0; performance.now() < until; round++) {
    const begun = performance.now();
    try {
      await page.say(round % 2 === 0 ? `call ${round}` : `Remark ${round}`);
    } catch (error) {
      failures.push((error as Error).message);
      return;
    }
    const wait = performance.now() - begun;
    waits.push(wait);
    await delay(Math.max(0, EVERY_MS - wait));
  }
}

/** What can be held against the conversation of a page that has stopped. */
export function errorsOf({ errors, tools, ended }: ScriptedPage): string[] {
  return [
    ...errors,
    ...tools.filter(({ status }) => !/running|completed/.test(status))
      .map(({ name, status }) => `${name} ${status}`),
    ...ended?.code === "stopped" ? [] : [`Ended with ${ended?.code}`],
  ];
}

/** The tools as the model saw them, and what it refused. */
async function peerLines({ peer }: Rig): Promise<Line[]> {
  const { outputs, errors } = await peer.figures();
  const calls = Object.values(outputs);
  const answered = calls.filter((times) => times === 1).length;
  return [
    { what: "tool calls", figure: calls.length },
    {
      what: "tool calls with exactly one output",
      figure: answered,
      limit: calls.length,
      kept: answered === calls.length,
    },
    noneOf(
      "refused by the peer",
      Object.entries(errors).flatMap(([code, times]) =>
        Array.from({ length: times }, () => code)
      ),
    ),
  ];
}

function memoryLines(memory: MemoryLog, minutes: number): Line[] {
  const second = memory.median(60, 120);
  const last = memory.median((minutes - 1) * 60, minutes * 60);
  const growth = (last / second - 1) * 100;
  return [
    { what: "memory in the second minute, MB", figure: second.toFixed(0) },
    { what: "memory in the last minute, MB", figure: last.toFixed(0) },
    {
      what: "growth, %",
      figure: growth.toFixed(1),
      limit: MAX_GROWTH,
      kept: growth <= MAX_GROWTH,
    },
  ];
}
