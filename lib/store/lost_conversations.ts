import { type Clock, delay, systemClock } from "../clock.ts";
import type { ConversationStore } from "./conversation_store.ts";
import {
  type LiveSession,
  type LiveSessions,
  TakenOver,
} from "./live_sessions.ts";

/** A page may come back for this long after its server has died, in ms. */
export const LOST_MS = 10 * 60 * 1000;

interface Search {
  store: ConversationStore;
  live: LiveSessions;
  /** This process, as others know it: what it has is not lost. */
  self: string;
  clock?: Clock;
}

/**
 * Gives an end to conversations that nobody ended: their server died in the
 * middle, and their page has not come back since. Resolves after
 * {@link LOST_MS}, where there may be any.
 *
 * @returns How many there were.
 */
export async function endLost(
  { store, live, self, clock = systemClock }: Search,
): Promise<number> {
  const quiet: LiveSession[] = [];
  for await (const session of live.list()) {
    if (await isQuiet(live, session, self)) quiet.push(session);
  }
  if (quiet.length === 0) return 0;
  // A server that stops in good order is silent at once, and pages could not
  // come back while there was none: they get their time from here on.
  await delay(LOST_MS, clock);
  let ended = 0;
  for (const session of quiet) {
    if (!await isQuiet(live, session, self)) continue;
    try {
      // Without its tokens no page can come back any more.
      await live.put({ ...session, tokens: [] });
    } catch (error) {
      if (error instanceof TakenOver) continue;
      throw error;
    }
    if (await endKept(store, session, await live.lastBeat(session.server))) {
      ended++;
    }
    await live.end(session.id);
  }
  return ended;
}

async function isQuiet(
  live: LiveSessions,
  { server, startedAt }: LiveSession,
  self: string,
): Promise<boolean> {
  if (server === self) return false;
  const long = Date.now() - LOST_MS;
  return startedAt < long && (await live.lastBeat(server) ?? 0) < long;
}

/**
 * @param lastBeat When its server last lived, where that is known.
 * @returns False where it has an end, or has been deleted.
 */
async function endKept(
  store: ConversationStore,
  { id }: LiveSession,
  lastBeat: number | undefined,
): Promise<boolean> {
  const kept = await store.takeUp(id);
  if (kept === undefined || kept.header.endedAt !== undefined) return false;
  const { header, turns } = kept;
  const lastTurn = Math.max(
    header.startedAt,
    ...turns.map(({ turn }) => turn.at),
  );
  return await store.update({
    ...header,
    // Its server may still believe that it has it.
    takeovers: (header.takeovers ?? 0) + 1,
    // The last that is known of it: now would make it hours long.
    endedAt: Math.max(lastTurn, lastBeat ?? 0),
    endCode: "server_lost",
    endReason: "The server stopped in the middle of it",
  }, []);
}
