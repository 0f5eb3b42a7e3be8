import { clockTime } from "../lib/language/clock_time.ts";
import { useMessages } from "../lib/language/context.ts";
import type { ConversationHeader } from "../lib/store/conversation_store.ts";

/** How long a conversation took; that it goes on, or that its end is not known. */
export function PastLength(
  { header: { startedAt, endedAt }, goesOn }: {
    header: ConversationHeader;
    goesOn: boolean;
  },
) {
  const { past } = useMessages();
  if (endedAt === undefined) {
    return <span>{goesOn ? past.goesOn : past.noEnd}</span>;
  }
  const ms = Math.max(0, endedAt - startedAt);
  return <time dateTime={`PT${Math.floor(ms / 1000)}S`}>{clockTime(ms)}</time>;
}
