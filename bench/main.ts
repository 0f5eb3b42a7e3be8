/**
 * Measures what a person waits for and what an operator pays, prints one table and
 * keeps every sample. Exit code 1 where a limit is not kept.
 *
 * ```sh
 * deno task bench --only=connect,voice --json=bench/results/bench.json
 * ```
 */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { measureConnect } from "./connect.ts";
import { machineOf, type Report } from "./report.ts";
import { isKept, type Row, tableOf } from "./rows.ts";
import { measurePage } from "./page.ts";
import { measureSessions } from "./sessions.ts";
import { measureStart } from "./start.ts";
import { measureToolOverhead } from "./tool_overhead.ts";
import { measureVoice } from "./voice.ts";

/** The parts of the bench, each on servers and browsers of its own. */
const BENCHES: Readonly<Record<string, () => Promise<Row[]>>> = {
  connect: () => measureConnect(),
  tools: () => measureToolOverhead(),
  voice: () => measureVoice(),
  sessions: () => measureSessions(),
  page: () => measurePage(),
  start: () => measureStart(),
};

const { values } = parseArgs({
  options: {
    only: { type: "string", default: Object.keys(BENCHES).join() },
    json: { type: "string", default: "bench/results/bench.json" },
  },
});
const names = values.only.split(",");
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(
    `There is no bench '${unknown[0]}'. There are: ${
      Object.keys(BENCHES).join(", ")
    }`,
  );
  Deno.exit(2);
}

const report: Report = {
  machine: await machineOf(),
  date: new Date().toISOString(),
  command: `deno task bench --only=${names.join()}`,
  rows: [],
};
await Deno.mkdir(dirname(values.json), { recursive: true });
for (const name of names) {
  console.error(`Measuring ${name} …`);
  report.rows.push(...await BENCHES[name]!());
  // What was measured is kept, whatever becomes of the rest.
  await Deno.writeTextFile(values.json, JSON.stringify(report, undefined, 1));
}
const { os, cores, processor, deno } = report.machine;
console.log(`${processor}, ${cores} cores, ${os}, Deno ${deno}\n`);
console.log(tableOf(report.rows));
console.log(`\nEvery sample is in ${values.json}.`);
Deno.exit(report.rows.every((row) => isKept(row) !== false) ? 0 : 1);
