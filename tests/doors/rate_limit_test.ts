import { assertEquals } from "@std/assert";
import { FakeClock } from "parley/testing";
import { RateLimit, TokenBucket } from "../../lib/doors/rate_limit.ts";

Deno.test("a bucket gives what it holds, and fills again", async () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, clock);
  const takes = (times: number) =>
    Array.from({ length: times }, () => bucket.take());
  assertEquals(takes(4), [true, true, true, false]);
  assertEquals(bucket.wait, 0.5);
  await clock.advance(500);
  assertEquals([bucket.wait, ...takes(2)], [0, true, false]);
  await clock.advance(3_600_000);
  assertEquals(bucket.take(4), false, "it never holds more");
  assertEquals(takes(4), [true, true, true, false]);
});

Deno.test("each client has a bucket of its own", async () => {
  const clock = new FakeClock();
  const limit = new RateLimit({ burst: 1, perSecond: 0.1 }, clock);
  assertEquals(["a", "a", "b"].map((client) => limit.take(client)), [
    true,
    false,
    true,
  ]);
  assertEquals(["a", "new"].map((client) => limit.wait(client)), [10, 0]);
  await clock.advance(9_500);
  assertEquals(limit.wait("a"), 1, "in whole seconds");
});

Deno.test("of very many clients the longest silent is forgotten, and no other", () => {
  const limit = new RateLimit({ burst: 1, perSecond: 1 }, new FakeClock());
  limit.take("first");
  limit.take("second");
  for (let client = 0; client < 9_998; client++) limit.take(`${client}`);
  assertEquals(limit.take("first"), false, "all are known");
  limit.take("one more");
  assertEquals(limit.take("first"), false);
  assertEquals(limit.take("second"), true, "the longest silent");
});
