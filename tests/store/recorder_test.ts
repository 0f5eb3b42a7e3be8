import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import {
  added,
  answer,
  delta,
  recognised,
  spoken,
} from "../realtime/wire_events.ts";
import { testStores } from "./stores.ts";
import { call, record } from "./recorded.ts";

testStores(
  "what the page showed is in the store, in the same order",
  async (store) => {
    const { recorder, happens, says, page, kept } = record(store);
    const report = {
      callId: "c1",
      name: "get_weather",
      arguments: '{"location":"Rome"}',
    };
    happens({ type: "started", agent: "concierge" });
    says(
      added(answer("hello", "in_progress"), null),
      delta("hello", "Hello"),
      added(answer("hello", "completed", "Hello there"), null),
      added(spoken("question"), "hello"),
      // The answer is there before the question has been recognised.
      added(answer("late", "in_progress"), "question"),
    );
    // A call is reported before its item, and what is said comes before it.
    happens({ type: "tool", report: { ...report, status: "running" } });
    says(
      added(call("item_1", "c1", "get_weather"), "late"),
      recognised("question", "The weather in  Rome?"),
      added(spoken("between"), "question"),
      recognised("between", "please"),
    );
    happens({
      type: "tool",
      report: { ...report, status: "awaiting_approval" },
    });
    happens({
      type: "tool",
      report: {
        ...report,
        status: "completed",
        output: "Cloudy",
        durationMs: 12,
      },
    });
    says(
      added(call("item_2", "c2", "transfer_to_weather"), "item_1"),
      added(answer("oops", "completed", "Oops"), "item_2"),
    );
    happens({
      type: "handoff",
      callId: "c2",
      from: "concierge",
      to: "weather",
    });
    happens({
      type: "guardrail",
      name: "no oops",
      reason: "it says oops",
      itemId: "oops",
    });
    says(
      added(answer("gone", "completed", "Gone"), "oops"),
      {
        type: "conversation.item.truncated",
        item_id: "oops",
        content_index: 0,
        audio_end_ms: 0,
      },
      { type: "conversation.item.deleted", item_id: "gone" },
    );
    happens({ type: "ended", code: "stopped", reason: "stopped" });
    await recorder.close();
    const conversation = (await kept())!;
    assertEquals(
      JSON.stringify(conversation.turns, null, 1),
      JSON.stringify(page(), null, 1),
    );
    assertEquals(conversation.turns.map(({ id }) => id), [
      "hello",
      "question",
      "between",
      "late",
      "item_1",
      "item_2",
      "oops",
      "oops no oops",
    ]);
    assertObjectMatch(conversation, {
      id: "sess_1",
      agent: { name: "concierge", title: "Concierge" },
      provider: "local",
      startedAt: 1_100,
      endReason: "stopped",
      endCode: "stopped",
      turnCount: 8,
      preview: "The weather in Rome?",
    });
    assertObjectMatch(conversation.turns[4]!, {
      kind: "tool",
      status: "completed",
      output: "Cloudy",
      durationMs: 12,
    });
    assertObjectMatch(conversation.turns[5]!, {
      kind: "handoff",
      from: "Concierge",
      to: "Weather Bot",
    });
    assert(conversation.endedAt! > conversation.startedAt);
  },
);
