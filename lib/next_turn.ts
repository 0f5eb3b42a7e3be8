import { setImmediate } from "node:timers";

/**
 * Resolves in a later turn of the event loop, when what was sent in this one is on
 * its way: Deno writes a socket's frames between two turns. One `setImmediate`
 * still comes before that.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
