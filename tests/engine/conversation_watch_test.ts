import { assertEquals } from "@std/assert";
import { FakeClock } from "parley/testing";
import { ConversationWatch } from "../../lib/engine/conversation_watch.ts";
import type { RealtimeServerEvent } from "../../lib/realtime/events.ts";
import { added, answer, delta } from "../realtime/wire_events.ts";

/** A watch, and the words that it has told, with how they were settled. */
function watching() {
  const told: string[] = [];
  const watch = new ConversationWatch(
    (event) => {
      if (event.type === "turn") {
        told.push(`${event.turn.text} (${event.turn.status})`);
      }
    },
    new FakeClock(),
    "gpt-x",
  );
  const says = (...events: object[]) => {
    for (const event of events) {
      watch.received({ ...event, event_id: "e" } as RealtimeServerEvent);
    }
  };
  return { told, says };
}

Deno.test("words are told once they are settled, and again when they were cut", () => {
  const { told, says } = watching();
  says(
    added(answer("a", "in_progress"), null),
    delta("a", "Good "),
    delta("a", "day"),
  );
  assertEquals(told, []);
  const done = added(answer("a", "completed", "Good day"), null);
  says(done, done, added(answer("b", "completed", "Hello"), "a"));
  assertEquals(told, ["Good day (complete)", "Hello (complete)"]);
  const cut = {
    type: "conversation.item.truncated",
    item_id: "b",
    content_index: 0,
    audio_end_ms: 0,
  };
  says(cut, cut);
  assertEquals(told.slice(2), ["Hello (interrupted)"]);
});

Deno.test("each of many messages is told once, wherever it comes in", () => {
  const { told, says } = watching();
  const ids = Array.from({ length: 250 }, (_, number) => `item_${number}`);
  for (const [at, id] of ids.entries()) {
    const before = ids[at - 1] ?? null;
    says(
      added(answer(id, "in_progress"), before),
      delta(id, id),
      added(answer(id, "completed", id), before),
    );
    if (at % 10 === 9) {
      says(
        added(answer(`between_${at}`, "completed", "between"), ids[at - 5]!),
      );
    }
  }
  const between = told.filter((words) => words.startsWith("between"));
  assertEquals(between.length, 25);
  assertEquals(
    told.filter((words) => !between.includes(words)),
    ids.map((id) => `${id} (complete)`),
  );
});
