import { delay } from "../../../lib/clock.ts";

/** A conversation whose page is only away for a while is kept for 30 s. */
const GIVE_UP_MS = 40_000;
const LOOK_MS = 100;

/**
 * Waits until the server at `url` has this many conversations going on; resolves
 * with how long that took, in ms.
 *
 * @throws with how many it has instead, after 40 s.
 */
export async function waitForSessions(
  url: string,
  count: number,
): Promise<number> {
  const startedAt = performance.now();
  while (true) {
    const { sessions } = await (await fetch(`${url}/api/status`)).json();
    const waitedMs = performance.now() - startedAt;
    if (sessions === count) return waitedMs;
    if (waitedMs > GIVE_UP_MS) {
      throw new Error(`The server has ${sessions} sessions, and not ${count}`);
    }
    await delay(LOOK_MS);
  }
}
