import { assertEquals } from "@std/assert";
import type { UnsentServerEvent } from "../../lib/realtime/events.ts";
import type { Transcript } from "../../lib/realtime/transcript.ts";
import {
  added,
  afterAt,
  answer,
  delta,
  playback,
  truncated,
} from "./wire_events.ts";

type At = readonly [at: number, event: UnsentServerEvent];

/** An answer that begins to be heard at this moment, all of its words known. */
const begins = (at: number, id: string, text: string): At[] => [
  [at, added(answer(id, "in_progress"), null)],
  [at, delta(id, text)],
  [at, playback("started")],
];

/** What of an answer counts as heard; undefined where that is not said. */
function heardOf({ turns }: Transcript, id: string): string | undefined {
  const turn = turns.find((turn) => turn.id === id);
  return turn?.kind === "message" && turn.heard !== undefined
    ? turn.text.slice(0, turn.heard)
    : undefined;
}

// At first 15 characters a second are taken for the pace.
const STORY = "Once upon a time there was a king who had three sons.";

Deno.test("of an answer that was cut, the words of the time until then were heard", async (test) => {
  for (
    const [ms, heard] of [
      [0, ""],
      [200, ""],
      [300, "Once"],
      [1000, "Once upon a"],
      [1067, "Once upon a time"],
      [3500, "Once upon a time there was a king who had three sons"],
      [60_000, STORY],
    ] as const
  ) {
    await test.step(`${ms} ms`, () => {
      const transcript = afterAt(
        ...begins(0, "a", STORY),
        [ms, truncated("a", ms)],
      );
      assertEquals(heardOf(transcript, "a"), heard);
    });
  }
});

Deno.test("an answer that was heard to the end has no such mark", () => {
  const transcript = afterAt(
    ...begins(0, "a", STORY),
    [3000, playback("stopped")],
  );
  assertEquals(heardOf(transcript, "a"), undefined);
});

Deno.test("words in a script without spaces are told apart too", () => {
  const transcript = afterAt(
    ...begins(0, "a", "今日はとても良い天気です。"),
    [300, truncated("a", 300)],
  );
  assertEquals(heardOf(transcript, "a"), "今日は");
});

Deno.test("a peer that clears without saying the time is measured by the clock", () => {
  const transcript = afterAt(
    ...begins(5000, "a", STORY),
    [6000, playback("cleared")],
  );
  assertEquals(heardOf(transcript, "a"), "Once upon a");
  const turn = transcript.turns[0]!;
  assertEquals(turn.kind === "message" && turn.status, "interrupted");
});

Deno.test("what the peer says of the time counts more than the clock, whichever comes first", () => {
  const late = afterAt(
    ...begins(0, "a", STORY),
    [2000, playback("cleared")],
    [2000, truncated("a", 300)],
  );
  assertEquals(heardOf(late, "a"), "Once");
  const early = afterAt(
    ...begins(0, "a", STORY),
    [2000, truncated("a", 300)],
    [2000, playback("cleared")],
  );
  assertEquals(heardOf(early, "a"), "Once");
});

Deno.test("an answer that was heard to the end says how fast the agent speaks", () => {
  const cutAfterASecond = (...before: At[]) =>
    heardOf(
      afterAt(
        ...before,
        ...begins(10_000, "b", STORY),
        [11_000, truncated("b", 1000)],
      ),
      "b",
    );
  assertEquals(cutAfterASecond(), "Once upon a");
  assertEquals(
    cutAfterASecond(
      ...begins(0, "a", "x".repeat(40)),
      [4000, playback("stopped")],
    ),
    "Once upon",
    "10 characters a second",
  );
  assertEquals(
    cutAfterASecond(
      ...begins(0, "a", "x".repeat(80)),
      [4000, playback("stopped")],
    ),
    "Once upon a time",
    "20 characters a second",
  );
  assertEquals(
    cutAfterASecond(...begins(0, "a", "Yes."), [900, playback("stopped")]),
    "Once upon a",
    "too short to say anything",
  );
  assertEquals(
    cutAfterASecond(
      ...begins(0, "a", "x".repeat(900)),
      [2000, playback("stopped")],
    ),
    "Once upon a time there was a",
    "nobody speaks faster than 30 characters a second",
  );
  assertEquals(
    cutAfterASecond(
      ...begins(0, "a", STORY),
      [2000, playback("cleared")],
    ),
    "Once upon a",
    "a cut one says nothing",
  );
});

Deno.test("words that come while the answer before them is heard are not taken for it", () => {
  const cleared = afterAt(
    ...begins(0, "a", STORY),
    [500, added(answer("b", "in_progress"), "a")],
    [500, delta("b", "And another one")],
    [1000, playback("cleared")],
  );
  assertEquals(heardOf(cleared, "a"), "Once upon a");
  assertEquals(heardOf(cleared, "b"), undefined);
  const stopped = afterAt(
    ...begins(0, "a", "x".repeat(40)),
    [500, added(answer("b", "in_progress"), "a")],
    [500, delta("b", STORY)],
    [4000, playback("stopped")],
    [4000, playback("started")],
    [5000, playback("cleared")],
  );
  assertEquals(heardOf(stopped, "b"), "Once upon", "10 characters a second");
});

Deno.test("what else comes of an answer that was cut leaves the mark", () => {
  const transcript = afterAt(
    ...begins(0, "a", STORY),
    [1000, truncated("a", 1000)],
    [1000, {
      type: "conversation.item.done",
      item: answer("a", "incomplete", STORY),
      previous_item_id: null,
    }],
  );
  assertEquals(heardOf(transcript, "a"), "Once upon a");
});

Deno.test("a silence that is cleared cuts nothing", () => {
  const transcript = afterAt(
    ...begins(0, "a", STORY),
    [4000, playback("stopped")],
    [5000, playback("cleared")],
  );
  assertEquals(heardOf(transcript, "a"), undefined);
});
