import type { Outcome } from "./surface.ts";
import type { Job, Progress } from "./worker.ts";

/** Without a word for so long, in ms, a worker is taken for stuck. */
const STUCK_MS = 60_000;

/**
 * Does jobs in workers, so many at once, and the longest first. An input may end a
 * worker, or keep it busy for ever; that is then the outcome.
 *
 * @param onOutcome Told about each as soon as it is there.
 * @returns The outcomes in the order of the jobs.
 */
export async function runAll(
  jobs: readonly Job[],
  atOnce: number,
  onOutcome?: (outcome: Outcome) => void,
): Promise<Outcome[]> {
  const waiting = jobs.entries().toArray()
    .toSorted(([, a], [, b]) => costOf(b) - costOf(a));
  const outcomes: Outcome[] = [];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    let worker: Worker | undefined;
    for (let next; (next = waiting.shift()) !== undefined;) {
      const [place, job] = next;
      worker ??= new Worker(new URL("./worker.ts", import.meta.url), {
        type: "module",
      });
      const outcome = outcomes[place] = await runIn(worker, job);
      onOutcome?.(outcome);
      if (outcome.failure === undefined) continue;
      worker.terminate();
      worker = undefined;
    }
    worker?.terminate();
  }));
  return outcomes;
}

/** About how much work: what goes over a network takes many times as long. */
function costOf({ surface, runs }: Job): number {
  return runs * (/TCP|UDP/.test(surface) ? 30 : 1);
}

function runIn(worker: Worker, job: Job): Promise<Outcome> {
  const began = performance.now();
  let count = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Promise<Outcome>((resolve) => {
    const fail = (kind: "hang" | "crash", message: string) =>
      resolve({
        surface: job.surface,
        inputs: count,
        errors: {},
        accepted: 0,
        seconds: (performance.now() - began) / 1000,
        failure: { kind, message, counterexample: `number ${count}` },
      });
    const expectWord = () => {
      clearTimeout(timer);
      const message = `Nothing came for ${STUCK_MS} ms`;
      timer = setTimeout(() => fail("hang", message), STUCK_MS);
    };
    expectWord();
    worker.onmessage = ({ data }: MessageEvent<Progress>) => {
      expectWord();
      if (data.type === "input") count = data.count;
      else resolve(data.outcome);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail("crash", event.message);
    };
    worker.postMessage(job);
  }).finally(() => clearTimeout(timer));
}
