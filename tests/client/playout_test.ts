import { assertEquals } from "@std/assert";
import { type Change, Playout } from "../../lib/client/pcm/playout.ts";

/** Samples in a millisecond. */
const MS = 24;

const sound = (ms: number) => new Int16Array(ms * MS);

/** Hands over all that may be handed over now; the moments in ms. */
function scheduled(playout: Playout, nowMs: number): number[] {
  const moments: number[] = [];
  for (let piece; (piece = playout.next(nowMs * MS));) {
    moments.push(piece.at / MS);
  }
  return moments;
}

function changes(playout: Playout, heardMs: number): string[] {
  const changes: string[] = [];
  for (
    let change: Change | undefined;
    (change = playout.advance(heardMs * MS));
  ) {
    changes.push(`${change.type} ${change.itemId}`);
  }
  return changes;
}

Deno.test("an utterance begins 80 ms after it came, and goes on without a gap", () => {
  const playout = new Playout();
  playout.add("a", 0, sound(100));
  assertEquals(scheduled(playout, 1_000), [1_080]);
  playout.add("a", 0, sound(7));
  playout.add("a", 0, sound(50));
  assertEquals(scheduled(playout, 1_100), [1_180, 1_187]);
});

Deno.test("pieces begin at whole samples whatever the clock says", () => {
  const playout = new Playout();
  playout.add("a", 0, sound(10));
  assertEquals(playout.next(100.3)?.at, Math.ceil(100.3 + 80 * MS));
});

Deno.test("after it ran out, or so nearly that the rest would be late, sound gathers again", () => {
  for (const nowMs of [1_165, 1_500]) {
    const playout = new Playout();
    playout.add("a", 0, sound(100));
    scheduled(playout, 1_000);
    playout.add("a", 0, sound(100));
    assertEquals(scheduled(playout, nowMs), [nowMs + 80]);
  }
});

Deno.test("only three seconds are handed over in advance, and more is due when half is left", () => {
  const playout = new Playout();
  for (let i = 0; i < 20; i++) playout.add("a", 0, sound(1_000));
  assertEquals(scheduled(playout, 0), [80, 1_080, 2_080]);
  playout.advance(80 * MS);
  assertEquals(playout.due(0), (3_080 - 1_500) * MS);
  assertEquals(scheduled(playout, 1_580), [3_080, 4_080]);
});

Deno.test("what comes too far ahead is dropped", () => {
  const playout = new Playout();
  for (let minute = 0; minute < 12; minute++) {
    playout.add("a", 0, sound(60_000));
  }
  let seconds = 0;
  for (let piece; (piece = playout.next(seconds * 1_000 * MS));) {
    seconds += piece.pcm.length / MS / 1_000;
  }
  assertEquals(seconds, 600);
});

Deno.test("an item starts when it is heard and stops when all of it was", () => {
  const playout = new Playout();
  playout.add("a", 0, sound(100));
  scheduled(playout, 0);
  assertEquals(playout.due(30 * MS), 110 * MS, "later by the latency");
  assertEquals(changes(playout, 79), []);
  assertEquals(changes(playout, 80), ["started a"]);
  assertEquals(playout.due(0), undefined, "more may come");
  playout.finish("a");
  assertEquals(playout.due(0), 180 * MS);
  assertEquals(changes(playout, 179), []);
  assertEquals(changes(playout, 180), ["stopped a"]);
  assertEquals(playout.due(0), undefined);
});

Deno.test("an item that runs out has not stopped, until it is finished or another follows", () => {
  const playout = new Playout();
  playout.add("a", 0, sound(100));
  scheduled(playout, 0);
  assertEquals(changes(playout, 500), ["started a"]);
  playout.add("b", 0, sound(100));
  scheduled(playout, 500);
  assertEquals(changes(playout, 500), ["stopped a"]);
  assertEquals(changes(playout, 5_000), ["started b"]);
  playout.finish("b");
  assertEquals(changes(playout, 5_000), ["stopped b"]);
});

Deno.test("changes that are noticed late come in order", () => {
  const playout = new Playout();
  playout.add("a", 0, sound(100));
  playout.add("b", 0, sound(100));
  playout.finish("b");
  scheduled(playout, 0);
  assertEquals(changes(playout, 9_000), [
    "started a",
    "stopped a",
    "started b",
    "stopped b",
  ]);
});

Deno.test("a cut tells what was heard of each item, gaps left out", () => {
  const playout = new Playout();
  playout.add("a", 1, sound(100));
  scheduled(playout, 0); // heard from 80 to 180
  playout.add("a", 1, sound(200));
  scheduled(playout, 400); // heard from 480 to 680
  playout.add("b", 0, sound(5_000));
  changes(playout, 530.9);
  assertEquals(playout.cut(530.9 * MS), [
    { itemId: "a", contentIndex: 1, playedMs: 150 },
    { itemId: "b", contentIndex: 0, playedMs: 0 },
  ]);
  assertEquals(playout.due(0), undefined);
  assertEquals(playout.cut(600 * MS), []);
});

Deno.test("an item that is cut before it was heard counts as not heard at all", () => {
  const playout = new Playout();
  playout.add("a", 0, sound(100));
  scheduled(playout, 0);
  assertEquals(playout.cut(10 * MS), [
    { itemId: "a", contentIndex: 0, playedMs: 0 },
  ]);
});

Deno.test("late sound of a cut item is not played, the next item's is", () => {
  const playout = new Playout();
  playout.add("a", 0, sound(100));
  playout.add("b", 0, sound(100));
  playout.finish("a");
  scheduled(playout, 0);
  playout.cut(100 * MS);
  playout.add("b", 0, sound(100));
  assertEquals(scheduled(playout, 200), []);
  playout.finish("b");
  playout.add("c", 0, sound(100));
  assertEquals(scheduled(playout, 200), [280]);
});

Deno.test("empty sound is no sound", () => {
  const playout = new Playout();
  playout.add("a", 0, sound(0));
  playout.finish("a");
  assertEquals(playout.cut(0), []);
});
