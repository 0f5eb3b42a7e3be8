import { assert, assertEquals } from "@std/assert";
import { compareRanks, type Rank, rankBetween } from "../../lib/store/rank.ts";
import { withKv } from "./stores.ts";

Deno.test("a rank comes between its neighbours", async (test) => {
  for (
    const [before, after, rank] of [
      [undefined, undefined, [0]],
      [[3], undefined, [4]],
      [undefined, [0], [-1]],
      [[0], [1], [0, 0]],
      [[0], [0, 0], [0, -1]],
      [[0, 0], [1], [0, 1]],
      [[0, 4], [0, 5], [0, 4, 0]],
      [[5], [5, 3, 2], [5, 2]],
      [[5], [9], [6]],
      [[5], [6, 1], [6]],
    ] as [Rank | undefined, Rank | undefined, Rank][]
  ) {
    await test.step(`${before} … ${after}`, () => {
      assertEquals(rankBetween(before, after), rank);
    });
  }
});

Deno.test("turns that are put in one behind the other have short ranks", () => {
  const end: Rank = [1];
  let rank: Rank = [0];
  for (let time = 0; time < 500; time++) rank = rankBetween(rank, end);
  assertEquals(rank, [0, 499]);
  assert(compareRanks(rank, end) < 0);
});

/** Numbers that look random and are always the same. */
function* numbers(): Generator<number, never> {
  for (let state = 1;; state = state * 48271 % 2147483647) {
    yield state / 2147483647;
  }
}

Deno.test("wherever turns are put in, ranks and Deno KV's keys say the same order", () =>
  withKv(async (kv) => {
    const random = numbers();
    const ranks: Rank[] = [];
    for (let time = 0; time < 400; time++) {
      const place = Math.floor(random.next().value * (ranks.length + 1));
      const rank = rankBetween(ranks[place - 1], ranks[place]);
      ranks.splice(place, 0, rank);
      await kv.set(["turn", ...rank], time);
    }
    assertEquals(ranks.toSorted(compareRanks), ranks);
    const listed = await Array.fromAsync(kv.list({ prefix: ["turn"] }));
    assertEquals(
      listed.map(({ key }) => key),
      ranks.map((rank) => ["turn", ...rank]),
    );
  }));
