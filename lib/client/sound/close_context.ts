import { type Clock, delay, systemClock } from "../../clock.ts";

/** The longest that worklets are waited for, in ms: where no sound goes by none ends. */
const LONGEST_MS = 5_000;

/** So much sound goes by until Chromium has let go of worklets that have ended, in seconds. */
const RELEASE_SECONDS = 0.25;

/** How often it is looked whether it has gone by, in ms. */
const LOOK_MS = 25;

/**
 * Closes a context in which worklets ran, once they have ended: Chromium keeps one
 * for ever that is closed before. It takes sound, not time, to let go of them: on a
 * busy machine there is less of it in a second.
 *
 * @param ends Each resolves when a worklet has ended, or where there never is one.
 */
export async function closeContext(
  context: AudioContext,
  ends: readonly Promise<unknown>[],
  clock: Clock = systemClock,
): Promise<void> {
  await Promise.race([
    Promise.allSettled(ends).then(() => released(context, clock)),
    delay(LONGEST_MS, clock),
  ]);
  await context.close();
}

async function released(context: AudioContext, clock: Clock): Promise<void> {
  const until = context.currentTime + RELEASE_SECONDS;
  while (context.state === "running" && context.currentTime < until) {
    await delay(LOOK_MS, clock);
  }
}
