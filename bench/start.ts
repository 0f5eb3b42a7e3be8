import { startParley } from "../tests/support/app.ts";
import { copyProject } from "../tests/support/project_copy.ts";
import type { Row } from "./rows.ts";

/** Milliseconds of one start. */
interface StartTimes {
  /** From the command until `/api/status` answered. */
  first: number;
  /** From the command until the chat page was there. */
  page: number;
}

/**
 * Runs `deno task start` in a copy of the project, as its users do. Deno's cache of
 * packages and modules is full in any case; cold, the build's output is gone.
 *
 * @param options.times How often each, in turns.
 */
export async function measureStart(
  { times = 7 }: { times?: number } = {},
): Promise<Row[]> {
  await using project = await copyProject();
  const { root } = project;
  // Fills the cache, and does not count.
  await startOnce(root);
  const cold: StartTimes[] = [];
  const warm: StartTimes[] = [];
  for (let time = 0; time < times; time++) {
    await Deno.remove(new URL("_fresh", root), { recursive: true });
    cold.push(await startOnce(root));
    warm.push(await startOnce(root));
  }
  return [
    ...rowsOf("Deno's cache full, nothing built", cold),
    ...rowsOf("Deno's cache full, built before", warm),
  ];
}

async function startOnce(root: URL): Promise<StartTimes> {
  const begun = performance.now();
  await using app = await startParley({ root });
  await (await fetch(`${app.url}/api/status`)).text();
  const first = performance.now() - begun;
  await (await fetch(`${app.url}/start-chat`)).text();
  return { first, page: performance.now() - begun };
}

function rowsOf(way: string, starts: readonly StartTimes[]): Row[] {
  const row = (what: string, of: keyof StartTimes): Row => ({
    bench: "start",
    what,
    way,
    unit: "ms",
    samples: starts.map((start) => start[of]),
  });
  return [
    row("command to first response", "first"),
    row("command to chat page", "page"),
  ];
}
