import { delay } from "../../lib/clock.ts";
import { MemoryLog } from "./memory_log.ts";
import { eitherWay, openPages } from "./open_pages.ts";
import { complaintsOf, leftOpen, startRig } from "./rig.ts";
import { errorsOf } from "./soak_talk.ts";
import { type Line, noneOf } from "./soak_table.ts";

const IDLE_SECONDS = 60;
/** Memory is looked at for so long while nothing happens. */
const REST_SECONDS = 10;

/** Has so many conversations open for a minute in which nothing happens. */
export async function soakIdle(count: number): Promise<Line[]> {
  await using rig = await startRig(count);
  // The first one loads what all others share.
  const [first] = await openPages([rig.parley.url], 1, eitherWay);
  await first!.say("call 1");
  await first!.stop();
  using memory = new MemoryLog(rig.pid);
  const atRest = () => memory.median(memory.now - REST_SECONDS, memory.now);
  await delay(REST_SECONDS * 1000);
  const before = atRest();
  const pages = await openPages([rig.parley.url], count, eitherWay);
  await delay(IDLE_SECONDS * 1000);
  const after = atRest();
  const open = pages.filter(({ ended }) => ended === undefined).length;
  await Promise.all(pages.map((page) => page.stop()));
  const each = (after - before) * 1000 / count;
  return [
    {
      what: `open and idle after ${IDLE_SECONDS} s`,
      figure: open,
      limit: count,
      kept: open === count,
    },
    { what: "memory before, MB", figure: before.toFixed(0) },
    { what: "memory with them, MB", figure: after.toFixed(0) },
    { what: "memory a conversation, KB", figure: each.toFixed(0) },
    noneOf("errors", [...pages.flatMap(errorsOf), ...complaintsOf(rig)]),
    await leftOpen(rig),
  ];
}
