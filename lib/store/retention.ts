import type {
  ConversationPage,
  ConversationStore,
} from "./conversation_store.ts";
import type { Position } from "./cursor.ts";
import type { LiveSessions } from "./live_sessions.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Deletes the conversations that began longer ago than this, except for those
 * that somebody may still go on with.
 *
 * @param now Milliseconds since 1970.
 * @returns How many there were.
 */
export async function deleteOld(
  store: ConversationStore,
  live: LiveSessions,
  days: number,
  now: number = Date.now(),
): Promise<number> {
  const goingOn = new Set<string>();
  for await (const { id } of live.list()) goingOn.add(id);
  let deleted = 0;
  // No id is empty: this is before all that began in that millisecond.
  let before: Position | undefined = { startedAt: now - days * DAY_MS, id: "" };
  while (before !== undefined) {
    const { conversations, next }: ConversationPage = await store.list(before);
    for (const { id } of conversations) {
      if (!goingOn.has(id) && await store.delete(id)) deleted++;
    }
    before = next;
  }
  return deleted;
}
