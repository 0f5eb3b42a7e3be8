import { startGroup } from "../../tests/support/process_group.ts";
import type { Requests } from "./delayed_peer.ts";

const PROGRAM = new URL("./delayed_peer.ts", import.meta.url);
const END_MS = 5_000;

/** An embedded peer in a process of its own, which ends when this is disposed. */
export interface DelayedPeer extends AsyncDisposable {
  /** The API's base, such as `http://127.0.0.1:1234/v1`. */
  baseUrl: string;
  /** How many calls it has been asked to take, so far. */
  calls(): Promise<number>;
}

/**
 * Starts an embedded peer on a free port; resolves when its models are there.
 *
 * @param delayMs How long every request waits for its answer.
 * @throws {Error} with its logs, where it ends instead.
 */
export async function startDelayedPeer(delayMs: number): Promise<DelayedPeer> {
  const group = startGroup(["run", "-A", PROGRAM.href, `--delay=${delayMs}`]);
  await group.hasWritten("\n");
  const origin = /http:\S+/.exec(group.logs())?.[0];
  if (origin === undefined) {
    await group.end(END_MS);
    throw new Error(`The delayed peer did not start:\n${group.logs()}`);
  }
  return {
    baseUrl: `${origin}/v1`,
    calls: async () => {
      const requests: Requests = await (await fetch(`${origin}/requests`))
        .json();
      return requests["POST /v1/realtime/calls"] ?? 0;
    },
    [Symbol.asyncDispose]: () => group.end(END_MS),
  };
}
