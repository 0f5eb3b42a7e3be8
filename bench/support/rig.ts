import { delay } from "../../lib/clock.ts";
import { type RunningParley, startParley } from "../../tests/support/app.ts";
import { type PeerProcess, startPeer } from "./peer_process.ts";
import { listenerOn } from "./processes.ts";
import type { Line } from "./soak_table.ts";

/** How long their end may take, in ms. */
const END_MS = 10_000;

/** Parley as its users start it, with a scripted peer for a provider. */
export interface Rig extends AsyncDisposable {
  parley: RunningParley;
  peer: PeerProcess;
  /** The process that serves. */
  pid: number;
}

/** @param places Conversations that there may be at once. */
export async function startRig(places: number): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const peer = stack.use(await startPeer());
  const parley = stack.use(
    await startParley({
      env: {
        REALTIME_PROVIDER: "openai",
        OPENAI_API_KEY: "sk-test",
        OPENAI_BASE_URL: `${peer.origin}/v1`,
        MAX_SESSIONS: String(places),
        SESSIONS_PER_MINUTE: "1000000",
        WEATHER_GEOCODING_URL: `${peer.origin}/weather/search`,
        WEATHER_FORECAST_URL: `${peer.origin}/weather/forecast`,
      },
    }),
  );
  const pid = await listenerOn(Number(new URL(parley.url).port));
  const running = stack.move();
  return {
    parley,
    peer,
    pid,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The conversations that either side still holds open; waits for their end. */
export async function leftOpen({ parley, peer }: Rig): Promise<Line> {
  const deadline = performance.now() + END_MS;
  while (true) {
    const status = await (await fetch(`${parley.url}/api/status`)).json();
    const { open } = await peer.figures();
    const figure = Math.max(status.sessions, Object.keys(open).length);
    if (figure === 0 || performance.now() > deadline) {
      return {
        what: "open after the end",
        figure,
        limit: 0,
        kept: figure === 0,
      };
    }
    await delay(100);
  }
}

/** What the server has logged as a warning or an error. */
export function complaintsOf({ parley }: Rig): string[] {
  return parley.logs().split("\n")
    .filter((line) => /"level":"(warn|error)"/.test(line));
}
