import { delay } from "../../lib/clock.ts";
import { startGroup } from "../../tests/support/process_group.ts";

const PROGRAM = new URL("./echo_process.ts", import.meta.url);

/** About as long as a tool call is on the wire, in bytes. */
const BYTES = 400;

/** How often a message is sent, in ms. */
const EVERY_MS = 25;

const END_MS = 2_000;

/** A process that sends back what it gets: what the machine itself takes for that. */
export interface Echo extends AsyncDisposable {
  /** Which process it is. */
  pid: number;
  /** Sends messages one after the other until the time is over; how long each took there and back, in ms. */
  roundTrips(forMs: number): Promise<number[]>;
}

/** @throws {Error} where it does not start. */
export async function startEcho(
  pidOf: (port: number) => Promise<number>,
): Promise<Echo> {
  const group = startGroup(["run", "--allow-net", PROGRAM.href]);
  const end = () => group.end(END_MS);
  try {
    if (!await group.hasWritten("\n")) {
      throw new Error(`The echo did not start:\n${group.logs()}`);
    }
    const port = Number(/Port (\d+)/.exec(group.logs())?.[1]);
    return {
      pid: await pidOf(port),
      roundTrips: (forMs) => roundTrips(port, forMs),
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function roundTrips(port: number, forMs: number): Promise<number[]> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const message = new Uint8Array(BYTES);
  const took: number[] = [];
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    const sent = performance.now();
    await conn.write(message);
    for (let back = 0; back < BYTES;) {
      const read = await conn.read(message);
      if (read === null) throw new Error("The echo has ended");
      back += read;
    }
    took.push(performance.now() - sent);
    await delay(EVERY_MS);
  }
  return took;
}
