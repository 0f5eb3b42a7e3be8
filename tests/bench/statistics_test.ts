import { assertEquals } from "@std/assert";
import { isKept, ratioOf, type Row, tableOf } from "../../bench/rows.ts";
import { quantile } from "../../bench/statistics.ts";
import { lagsIn } from "../../bench/support/lag_lines.ts";
import { LagLog } from "../../bench/support/lag.ts";

const row = (part: Partial<Row>): Row => ({
  bench: "b",
  what: "w",
  unit: "ms",
  samples: [],
  ...part,
});

/** 100, 99, … 1. */
const HUNDRED = Array.from({ length: 100 }, (_, at) => 100 - at);

Deno.test("a quantile is one of the samples, whatever their order", () => {
  assertEquals([0, 0.5, 0.95, 0.99, 1].map((part) => quantile(HUNDRED, part)), [
    1,
    51,
    96,
    100,
    100,
  ]);
  assertEquals(quantile([7], 0.99), 7);
  assertEquals(quantile([], 0.5), NaN);
});

Deno.test("a limit is kept up to its edge, and never by what was not measured", () => {
  const kept = (samples: number[], most: number) =>
    isKept(row({ samples, limit: { of: "p99", most } }));
  assertEquals(kept(HUNDRED, 100), true);
  assertEquals(kept(HUNDRED, 99), false);
  assertEquals(kept([], 100), false);
  assertEquals(isKept(row({ samples: HUNDRED })), undefined);
});

Deno.test("a ratio is that of the middles, under the condition of the first", () => {
  assertEquals(
    ratioOf(
      row({ samples: [30, 10, 20], way: "a", limit: { of: "p95", most: 1 } }),
      row({ samples: [5], way: "b" }),
      "a over b",
      3,
    ),
    row({
      what: "a over b",
      way: "a",
      unit: "×",
      samples: [4],
      limit: { of: "median", most: 3 },
    }),
  );
});

Deno.test("the table shows a spread where there are samples enough for one", () => {
  const lines = tableOf([
    row({ samples: HUNDRED, limit: { of: "median", most: 50 } }),
    row({ samples: [1, 2], way: "a", delayMs: 5, conversations: 3 }),
    row({ samples: [0.5], unit: "KB" }),
  ]).split("\n").slice(2);
  assertEquals(lines, [
    "| b | w |  | ms | 51 | 96 | 100 | 100 | median ≤ 50: NOT KEPT |",
    "| b | w | a, provider 5 ms, 3 conversations | ms | 2.00 | 2.00 |  | 2 |  |",
    "| b | w |  | KB | 0.50 |  |  | 1 |  |",
  ]);
});

Deno.test("an event loop that is busy is late for each time that passes", async () => {
  using log = new LagLog();
  const begun = performance.now();
  while (performance.now() - begun < 55);
  let lags: number[] = [];
  while (lags.length < 5) {
    await new Promise((resolve) => setTimeout(resolve));
    lags = [...lags, ...log.take()];
  }
  // Due at 10, 20, … 50 ms, they came together.
  const [first, second, , , fifth] = lags;
  assertEquals(first! >= 45, true, `${first} ms`);
  assertEquals(Math.round((first! - second!) * 1000), 10_000);
  assertEquals(Math.round((first! - fifth!) * 1000), 40_000);
  assertEquals(log.take().length < lags.length, true);
});

Deno.test("what the probe tells is found among a server's other lines", () => {
  assertEquals(
    lagsIn("ag in ms: 9\nLag in ms: 1.50 2.00\n{}\nLag in ms: \nLag in ms: 3"),
    [1.5, 2, 3],
  );
});
