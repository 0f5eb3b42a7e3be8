import { assertEquals } from "@std/assert";
import { EventLog } from "../../lib/client/developer/event_log.ts";

const delta = (item_id: string, delta: string) => ({
  type: "response.output_audio_transcript.delta",
  item_id,
  delta,
});

const shown = (log: EventLog) =>
  log.shown.value.map(({ type, count }) => `${type} ${count}`);

Deno.test("deltas of one item are folded, also where others come between", () => {
  const log = new EventLog();
  log.add("in", "model", delta("a", "one"), 1);
  log.add("in", "model", { type: "response.output_item.added" }, 2);
  log.add("in", "model", delta("a", " two"), 3);
  log.add("in", "model", delta("b", "other"), 4);
  assertEquals(shown(log), [
    "response.output_audio_transcript.delta 2",
    "response.output_item.added 1",
    "response.output_audio_transcript.delta 1",
  ]);
  assertEquals(log.shown.value[0]!.body, { item_id: "a", delta: " two" });
});

Deno.test("a filter looks at names and bodies, small letters or large", () => {
  const log = new EventLog();
  log.add("in", "session", { type: "tool", name: "get_weather" }, 1);
  log.add("out", "session", { type: "text", text: "Rome" }, 2);
  log.filter.value = " ROME ";
  assertEquals(shown(log), ["text 1"]);
  log.filter.value = "tool";
  assertEquals(shown(log), ["tool 1"]);
  log.filter.value = "";
  assertEquals(log.shown.value.length, 2);
});

Deno.test("a paused log stands still, and has missed nothing afterwards", () => {
  const log = new EventLog();
  log.add("in", "session", { type: "ready" }, 1);
  log.togglePause();
  log.add("in", "session", { type: "usage" }, 2);
  assertEquals(shown(log), ["ready 1"]);
  log.togglePause();
  assertEquals(shown(log), ["ready 1", "usage 1"]);
});

Deno.test("secrets and sound are not shown, and the oldest entries go first", () => {
  const log = new EventLog();
  log.add("in", "session", {
    type: "ready",
    clientSecret: "ek_1",
    resumeToken: "t",
    model: "m",
  }, 1);
  assertEquals(log.shown.value[0]!.body, {
    clientSecret: "…",
    resumeToken: "…",
    model: "m",
  });
  log.add("out", "session", { type: "start", resume: "t" }, 1);
  assertEquals(log.shown.value[1]!.body, { resume: "…" });
  log.add("in", "model", delta("a", "A".repeat(4_000)), 2);
  assertEquals(log.shown.value[2]!.body, {
    item_id: "a",
    delta: "(4000 characters)",
  });
  for (let i = 0; i < 600; i++) log.add("in", "model", { type: `e${i}` }, i);
  assertEquals(log.shown.value.length, 500);
  assertEquals(log.shown.value.at(-1)!.type, "e599");
});
