import { delay } from "../../clock.ts";

/** A worklet takes a moment to end, and Chromium keeps a context for ever that closes before, in ms. */
const WORKLET_END_MS = 250;

/** Closes a context in which worklets ran, once they have come to their end. */
export async function closeContext(
  context: AudioContext,
  beginning: readonly Promise<unknown>[] = [],
): Promise<void> {
  // One that is still being loaded would begin in a closed context.
  await Promise.allSettled(beginning);
  await delay(WORKLET_END_MS);
  await context.close();
}
