/**
 * Puts load on a server of AG2's wire, whoever's it is, and prints one table: so
 * another one can be measured beside Parley. Exit code 1 where something failed.
 *
 * ```sh
 * deno run -A bench/ag2_load.ts --url=ws://127.0.0.1:8000/session --sessions=50 --seconds=30
 * ```
 *
 * `--every=MS` says how often each session calls (1000), `--tool=NAME` and
 * `--arguments=JSON` what (the weather bot's `get_weather`), `--json=FILE` where
 * to write all samples.
 */
import { parseArgs } from "node:util";
import { delay } from "../lib/clock.ts";
import { type Row, tableOf } from "./rows.ts";
import { Ag2Client } from "./support/ag2_client.ts";
import { LagLog } from "./support/lag.ts";

const BENCH = "ag2";

/** So many sessions begin at the same time. */
const BATCH = 10;

/** More than this of an output is not shown, in characters. */
const MAX_SHOWN = 200;

export interface Ag2LoadOptions {
  /** Such as `ws://127.0.0.1:8000/session`. */
  url: string;
  /** At once. */
  sessions: number;
  /** For so long they call; each does once at least. */
  seconds: number;
  /** How often each of them calls, in ms. */
  everyMs: number;
  tool: string;
  /** JSON text. */
  arguments: string;
}

export interface Ag2Load {
  rows: Row[];
  /** What went wrong, and how often. */
  errors: Record<string, number>;
  /** The output of one call: whether it is the tool that was measured. */
  output: string | undefined;
}

/**
 * Holds so many sessions at once, each of which calls a tool again and again.
 *
 * @throws {Error} where not even the first session can begin.
 */
export async function loadAg2(options: Ag2LoadOptions): Promise<Ag2Load> {
  const { url, sessions, seconds, everyMs } = options;
  const errors: Record<string, number> = {};
  const failed = ({ message }: Error) => {
    errors[message] = (errors[message] ?? 0) + 1;
  };
  const inits: number[] = [];
  const clients: Ag2Client[] = [];
  const open = async () => {
    const { client, initMs } = await Ag2Client.open(url);
    clients.push(client);
    inits.push(initMs);
  };
  // Without this one there is nothing to measure.
  await open();
  for (let begun = 1; begun < sessions; begun += BATCH) {
    const batch = Math.min(BATCH, sessions - begun);
    await Promise.all(
      Array.from({ length: batch }, () => open().catch(failed)),
    );
  }
  using lag = new LagLog();
  const trips: number[] = [];
  let output: string | undefined;
  const until = performance.now() + seconds * 1000;
  await Promise.all(clients.map(async (client, number) => {
    // Side by side, not in step.
    let next = performance.now() + number / clients.length * everyMs;
    do {
      await delay(Math.max(0, next - performance.now()));
      try {
        const answer = await client.call(options.tool, options.arguments);
        output ??= answer.output;
        trips.push(answer.ms);
      } catch (error) {
        return failed(error as Error);
      }
      next += everyMs;
    } while (next < until);
  }));
  const lags = lag.take();
  await Promise.all(clients.map((client) => client.close().catch(failed)));
  const condition = { bench: BENCH, way: url, conversations: sessions };
  const row = (what: string, samples: number[]): Row => ({
    ...condition,
    what,
    unit: "ms",
    samples,
  });
  return {
    rows: [
      row("connection begun to ag2.init", inits),
      row(`function call to its output, ${options.tool}`, trips),
      row("event loop lag of the load generator", lags),
    ],
    errors,
    output,
  };
}

/** @throws {Error} where a value is none that it can be run with. */
function readOptions(args: string[]): Ag2LoadOptions & { json?: string } {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: "string", default: "ws://127.0.0.1:8000/session" },
      sessions: { type: "string", default: "50" },
      seconds: { type: "string", default: "30" },
      every: { type: "string", default: "1000" },
      tool: { type: "string", default: "get_weather" },
      arguments: { type: "string", default: '{"location":"Rome"}' },
      json: { type: "string" },
    },
  });
  const number = (name: "sessions" | "seconds" | "every") => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`--${name}=${values[name]} is no whole number above 0`);
  };
  if (!/^wss?:$/.test(URL.parse(values.url)?.protocol ?? "")) {
    throw new Error(
      `--url=${values.url} is no WebSocket's URL, such as ws://127.0.0.1:8000/session`,
    );
  }
  return {
    url: values.url,
    sessions: number("sessions"),
    seconds: number("seconds"),
    everyMs: number("every"),
    tool: values.tool,
    arguments: values.arguments,
    json: values.json,
  };
}

if (import.meta.main) {
  try {
    const { json, ...options } = readOptions(Deno.args);
    const load = await loadAg2(options);
    console.log(tableOf(load.rows));
    if (load.output !== undefined) {
      console.log(`\nOne output: ${load.output.slice(0, MAX_SHOWN)}`);
    }
    for (const [error, times] of Object.entries(load.errors)) {
      console.error(`${times} times: ${error}`);
    }
    if (json !== undefined) {
      await Deno.writeTextFile(json, JSON.stringify({ options, ...load }));
    }
    Deno.exit(Object.keys(load.errors).length === 0 ? 0 : 1);
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(1);
  }
}
