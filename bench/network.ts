/**
 * Talks with the agent through bad networks, in a real Chromium, and prints one
 * table of how that went. `deno task network`
 */
import { launchChromium } from "../tests/browser/support/chromium.ts";
import {
  blockedRun,
  lossyRun,
  outageRun,
} from "../tests/browser/support/network_runs.ts";
import { startParley } from "../tests/support/app.ts";
import type { Network } from "../tests/support/udp_proxy.ts";
import { row } from "./statistics.ts";

const OUTAGE_MS = 10_000;

const NETWORKS: { name: string; network: Partial<Network>; runs: number }[] = [
  { name: "clean", network: {}, runs: 3 },
  {
    name: "5 % lost, 200 ± 100 ms",
    network: { loss: 0.05, delayMs: 200, jitterMs: 100 },
    runs: 5,
  },
  {
    name: "10 % lost, 200 ± 100 ms",
    network: { loss: 0.1, delayMs: 200, jitterMs: 100 },
    runs: 5,
  },
];
const BLOCKED_RUNS = 3;
const OUTAGE_RUNS = 3;

/** Runs with chances of their own; one that fails is told of, and left out. */
async function several<Result>(
  runs: number,
  run: (seed: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    try {
      results.push(await run(seed));
    } catch (error) {
      console.error(`Run ${seed} failed: ${error}`);
    }
  }
  return results;
}

/** A line of the table for what happened or did not. */
function count(what: string, times: number, runs: number): string {
  return `| ${what} | ${times} of ${runs} | | |`;
}

await using app = await startParley();
await using browser = await launchChromium();
const place = { browser, url: app.url };
console.log("| what | median | p95 | samples |");
console.log("| --- | ---: | ---: | ---: |");
for (const { name, network, runs } of NETWORKS) {
  const done = await several(
    runs,
    (seed) => lossyRun(place, network, seed),
  );
  const samples = (what: string, of: (run: typeof done[number]) => number) =>
    console.log(row(`${name}: ${what}`, done.map(of)));
  console.log(count(`${name}: conversations completed`, done.length, runs));
  samples("click to call, ms", ({ standsMs }) => standsMs);
  samples("question to answer heard, ms", ({ afterMs }) => afterMs);
  samples("of the answer made up, ‰", ({ concealed }) => 1000 * concealed);
}
const blocked = await several(BLOCKED_RUNS, () => blockedRun(place));
console.log(count("UDP blocked: completed", blocked.length, BLOCKED_RUNS));
console.log(row("UDP blocked: click to audio socket, ms", blocked));
const outages = await several(
  OUTAGE_RUNS,
  () => outageRun(place, OUTAGE_MS),
);
const after = "10 s outage: next question";
console.log(count(`${after} answered`, outages.length, OUTAGE_RUNS));
console.log(
  row(`${after} to answer heard, ms`, outages.map(({ afterMs }) => afterMs)),
);
console.log("\nThe peer connection, in s since the outage began:");
for (const { states } of outages) {
  console.log(
    states.map(({ kind, state, atMs }) =>
      `${(atMs / 1000).toFixed(1)} ${kind} ${state}`
    ).join(", "),
  );
}
