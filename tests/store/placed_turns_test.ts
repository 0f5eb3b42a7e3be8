import { assert, assertEquals } from "@std/assert";
import type { Turn } from "../../lib/realtime/turns.ts";
import { type PlacedTurn, placeTurns } from "../../lib/store/placed_turns.ts";
import { said } from "./stores.ts";

const tool = (id: string, callId: string): Turn => ({
  kind: "tool",
  id,
  at: 0,
  callId,
  name: "f",
  arguments: "{}",
  status: "running",
});

/** The ranks of the last list, when each follows the one before. */
function ranksOf(...lists: Turn[][]): string[] {
  let placed: PlacedTurn[] = [];
  for (const turns of lists) placed = placeTurns(placed, turns);
  return placed.map(({ rank }) => rank.join("."));
}

Deno.test("turns keep their ranks while others come and go around them", () => {
  const [a, b, c, d] = [said("a"), said("b"), said("c"), said("d")];
  assertEquals(ranksOf([a, c]), ["0", "1"]);
  assertEquals(ranksOf([a, c], [a, b, c]), ["0", "0.0", "1"]);
  assertEquals(ranksOf([a, c], [a, c, d]), ["0", "1", "2"]);
  assertEquals(ranksOf([a, c], [b, a, c]), ["-1", "0", "1"]);
  assertEquals(ranksOf([a, b, c], [a, c], [a, c, d]), ["0", "2", "3"]);
  assertEquals(ranksOf([a], [b, c, a, d]), ["-1", "-1.0", "0", "1"]);
});

Deno.test("turns come behind the floor that others were let go below", () => {
  const [a, b] = [said("a"), said("b")];
  const ranks = (known: PlacedTurn[], turns: Turn[]) =>
    placeTurns(known, turns, [5]).map(({ rank }) => rank.join("."));
  assertEquals(ranks([], [a]), ["6"]);
  assertEquals(ranks([{ rank: [6], turn: b }], [a, b]), ["5.0", "6"]);
});

Deno.test("a tool call keeps its rank when the wire tells its item", () => {
  assertEquals(
    ranksOf([said("a"), tool("c1", "c1")], [
      said("a"),
      said("b"),
      tool("item_1", "c1"),
    ]),
    ["0", "0.0", "1"],
  );
});

Deno.test("two turns of one id have two ranks", () => {
  const twice = [said("a"), said("a")];
  assertEquals(ranksOf(twice, twice, [...twice, said("b")]), ["0", "1", "2"]);
});

Deno.test("a turn that has not changed stays the same object, wherever it goes", () => {
  const [a, b, c] = [said("a"), said("b"), said("c")];
  const known = placeTurns([], [a, b, c]);
  const placed = placeTurns(known, [a, said("new"), { ...b, at: 7 }, c]);
  assert(placed[0] === known[0]);
  assert(placed[3] === known[2]);
  assertEquals(placed[2], { rank: known[1]!.rank, turn: { ...b, at: 7 } });
});
