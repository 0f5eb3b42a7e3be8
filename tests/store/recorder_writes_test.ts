import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import { settle } from "parley/testing";
import { MemoryStore } from "../../lib/store/memory_store.ts";
import {
  added,
  answer,
  delta,
  recognised,
  spoken,
} from "../realtime/wire_events.ts";
import { testStores } from "./stores.ts";
import { record } from "./recorded.ts";

Deno.test(
  "usage adds up, and a price that is not known makes the sum unknown",
  async () => {
    const { recorder, happens, flush, kept } = record();
    happens({ type: "started", agent: "concierge" });
    const usage = {
      input_tokens: 100,
      output_tokens: 20,
      input_token_details: { cached_tokens: 40 },
    };
    happens({ type: "usage", usage, costUsd: 0.25 });
    happens({ type: "usage", usage, costUsd: 0.5 });
    await flush();
    assertEquals((await kept())?.usage, {
      inputTokens: 200,
      cachedTokens: 80,
      outputTokens: 40,
      costUsd: 0.75,
    });
    happens({ type: "usage", usage: {} });
    happens({ type: "usage", usage, costUsd: 0.5 });
    happens({ type: "ended", code: "stopped", reason: "stopped" });
    await recorder.close();
    assertEquals((await kept())?.usage, {
      inputTokens: 300,
      cachedTokens: 120,
      outputTokens: 60,
      costUsd: undefined,
    });
  },
);

Deno.test(
  "a turn is kept when it begins and when its words are settled, not with each of them",
  async () => {
    const { recorder, happens, says, flush, kept } = record();
    const text = async () => {
      await flush();
      const [turn] = (await kept())!.turns;
      return turn?.kind === "message" && turn.text;
    };
    happens({ type: "started", agent: "concierge" });
    says(added(answer("a", "in_progress"), null));
    assertEquals(await text(), "");
    says(delta("a", "Good"), delta("a", " morning"));
    assertEquals(await text(), "");
    says(added(answer("a", "completed", "Good morning"), null));
    assertEquals(await text(), "Good morning");
    // What was being said when it ended is kept as far as it had come.
    says(added(answer("b", "in_progress"), "a"), delta("b", "How ar"));
    happens({ type: "ended", code: "stopped", reason: "The browser left" });
    await recorder.close();
    const [, turn] = (await kept())!.turns;
    assertObjectMatch(turn!, { id: "b", text: "How ar", status: "forming" });
  },
);

Deno.test("every change of a tool call's status is kept", async () => {
  const { recorder, happens, flush, kept } = record();
  happens({ type: "started", agent: "concierge" });
  for (
    const change of [
      { status: "running" },
      { status: "awaiting_approval" },
      { status: "running", progress: "Still looking" },
      { status: "timed_out", output: "{}", durationMs: 5_000 },
    ] as const
  ) {
    const report = { callId: "c1", name: "f", arguments: "{}", ...change };
    happens({ type: "tool", report });
    await flush();
    assertObjectMatch((await kept())!.turns[0]!, change);
  }
  happens({ type: "ended", code: "stopped", reason: "stopped" });
  await recorder.close();
});

testStores("a long beginning is cut in the preview", async (store) => {
  const { recorder, happens, says, kept } = record(store);
  happens({ type: "started", agent: "concierge" });
  says(added(spoken("a"), null), recognised("a", "word ".repeat(100)));
  happens({ type: "ended", code: "stopped", reason: "x".repeat(10_000) });
  await recorder.close();
  const { preview, endReason } = (await kept())!;
  assertEquals(preview, `${"word ".repeat(23)}word…`);
  assertEquals(endReason?.length, 500);
});

testStores(
  "a conversation that is deleted while it goes on stays deleted",
  async (store) => {
    const { recorder, happens, says, flush, lines } = record(store);
    happens({ type: "started", agent: "concierge" });
    says(added(answer("a", "completed", "Hello"), null));
    await flush();
    assertEquals((await store.get("sess_1"))?.turns.length, 1);
    await store.delete("sess_1");
    says(added(answer("b", "completed", "Goodbye"), "a"));
    says(added(answer("c", "completed", "Goodbye"), "b"));
    happens({ type: "ended", code: "stopped", reason: "stopped" });
    await recorder.close();
    assertEquals((await store.list()).conversations, []);
    assertEquals(lines, []);
  },
);

Deno.test("closing waits for conversations that go on", async () => {
  const store = new MemoryStore();
  const { recorder, happens } = record(store);
  await recorder.close();
  happens({ type: "started", agent: "concierge" });
  let closed = false;
  const closing = recorder.close().then(() => closed = true);
  await settle();
  assertEquals(closed, false);
  happens({ type: "ended", code: "stopped", reason: "stopped" });
  await closing;
  assertEquals((await store.get("sess_1"))?.endReason, "stopped");
});

testStores(
  "turns that nothing becomes of any more are in the store only",
  async (store) => {
    const { recorder, happens, says, page, recent, history, kept } = record(
      store,
    );
    const report = { callId: "c1", name: "get_weather", arguments: "{}" };
    const speak = (from: number, to: number) => {
      for (let number = from; number < to; number++) {
        says(added(
          answer(`a${number}`, "completed", `Answer ${number}`),
          number === 0 ? null : `a${number - 1}`,
        ));
      }
    };
    happens({ type: "started", agent: "concierge" });
    speak(0, 100);
    assert(recent().length <= 40, `${recent().length} turns in memory`);
    // What something is still to become of stays, and all that follows it.
    happens({ type: "tool", report: { ...report, status: "running" } });
    speak(100, 160);
    assertEquals(recent().find(({ kind }) => kind === "tool")?.id, "c1");
    assertEquals(await history(), page());
    happens({
      type: "tool",
      report: { ...report, status: "completed", output: "sunny" },
    });
    speak(160, 200);
    assert(recent().length <= 40, `${recent().length} turns in memory`);
    assertEquals(await history(), page());
    happens({ type: "ended", code: "stopped", reason: "Stopped" });
    await recorder.close();
    const conversation = await kept();
    assertEquals(conversation?.turns, [...page()]);
    assertEquals(conversation?.turnCount, 201);
  },
);

Deno.test("history is what is in memory where the store can't be read", async () => {
  const store = new MemoryStore();
  const { happens, says, recent, history, lines } = record(store);
  happens({ type: "started", agent: "concierge" });
  for (let number = 0; number < 60; number++) {
    says(added(answer(`a${number}`, "completed", "Yes"), null));
  }
  store.takeUp = () => Promise.reject(new Error("The disk is gone"));
  assertEquals(await history(), recent());
  assert(lines.some((line) => line.includes("The disk is gone")));
});
