import { type Clock, systemClock } from "../clock.ts";
import type { Log } from "../engine/tool.ts";
import type { ConversationStore } from "./conversation_store.ts";
import type { LiveSessions } from "./live_sessions.ts";
import { endLost } from "./lost_conversations.ts";
import { deleteOld } from "./retention.ts";

/** How long it is from one round to the next, in ms. */
const ROUND_MS = 60 * 60 * 1000;

export interface Household {
  store: () => Promise<ConversationStore>;
  live: () => Promise<LiveSessions>;
  log: Log;
  config: { retentionDays: number | undefined };
  /** How other processes know this one. */
  resumptions: { server: string };
}

/**
 * Keeps the store in order, now and every hour: what is older than the retention
 * goes, what nobody ended gets an end. A failure is the log's; the next round
 * tries again.
 */
export function keepHouse(
  household: Household,
  clock: Clock = systemClock,
): void {
  clock.after(ROUND_MS, () => keepHouse(household, clock));
  void goRound(household, clock);
}

async function goRound(
  { store, live, log, config: { retentionDays }, resumptions }: Household,
  clock: Clock,
): Promise<void> {
  if (retentionDays !== undefined) {
    await attempt("Old conversations could not be deleted", log, async () => {
      const deleted = await deleteOld(
        await store(),
        await live(),
        retentionDays,
      );
      if (deleted > 0) log.info("Old conversations were deleted", { deleted });
    });
  }
  await attempt("Lost conversations could not be ended", log, async () => {
    const parts = { store: await store(), live: await live(), clock };
    const ended = await endLost({ ...parts, self: resumptions.server });
    if (ended > 0) log.warn("Lost conversations were ended", { ended });
  });
}

/** One kind of work can fail without the other. */
async function attempt(
  failure: string,
  log: Log,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error(failure, { error: String(error) });
  }
}
