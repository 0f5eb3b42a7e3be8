import type { Clock } from "../clock.ts";
import type {
  ConversationItem,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import type { ModelLink } from "../realtime/link.ts";
import type { Turn } from "../realtime/turns.ts";
import type { LiveRecord } from "./live_record.ts";
import { pendingCalls, tellUndelivered } from "./pending_calls.ts";
import { TailReader } from "./tail.ts";

/** A look at the end of a call's conversation, by whoever knows of these turns. */
export function readerOf(
  link: ModelLink,
  { turns, record, clock, signal }: {
    turns: readonly Turn[];
    record: LiveRecord;
    clock: Clock;
    signal: AbortSignal;
  },
): TailReader {
  const known = new Set(turns.map(({ id }) => id));
  return new TailReader({
    link,
    clock,
    signal,
    isKnown: (id) => known.has(id),
    forming: turns.flatMap((turn) =>
      turn.kind === "message" && turn.status === "forming" ? [turn.id] : []
    ),
    keep: async (items) => {
      record.change({ outside: items });
      await record.settled();
    },
  });
}

/** What has happened on a call while nobody was on it. */
export interface Meanwhile {
  missed: readonly RealtimeServerEvent[];
  /** Calls that have no output, those that are new here last. */
  calls: readonly ConversationItem[];
  owesAnswer: boolean;
}

/**
 * Finds out what has happened, and tells the model what it may not have got.
 *
 * @param outside Items that were taken out before and may not be back.
 * @throws where the peer does not answer.
 */
export async function catchUp(
  reader: TailReader,
  turns: readonly Turn[],
  outside?: readonly ConversationItem[],
): Promise<Meanwhile> {
  const { calls, owesAnswer } = await reader.read(outside);
  const told = await tellUndelivered(reader, turns);
  return {
    missed: reader.missed,
    calls: [...pendingCalls(turns), ...calls],
    owesAnswer: told || owesAnswer,
  };
}
