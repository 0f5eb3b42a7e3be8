import { assertEquals, assertMatch } from "@std/assert";
import { FakeClock } from "parley/testing";
import { TimeLimit } from "../../lib/session/time_limit.ts";
import { connect, withCalls } from "./server.ts";

Deno.test("a conversation is warned a minute before its end, then ended", async () => {
  await withCalls(async ({ open, link, clock, hangUp }) => {
    const client = await open();
    await connect(client, link);
    await clock.advance(539_999);
    client.send("nonsense");
    assertEquals((await client.next()).type, "error", "no warning came before");
    await clock.advance(1);
    assertEquals(await client.next(), {
      type: "notice",
      code: "session_limit_near",
      message: "This conversation can go on for another 60 seconds.",
      seconds: 60,
    });
    await clock.advance(60_000);
    const ended = await client.next();
    assertEquals([ended.type, ended.code], ["ended", "time_limit"]);
    assertMatch(ended.reason, /time limit/);
    await client.closed();
    await hangUp;
  });
});

Deno.test("a short conversation is warned at half of its time", async (test) => {
  for (
    const [seconds, at, left] of [
      [10, 5, 5],
      [15, 8, 7],
      [119, 60, 59],
      [120, 60, 60],
      [3300, 3240, 60],
    ] as const
  ) {
    await test.step(`${seconds} s`, async () => {
      const clock = new FakeClock();
      const told: string[] = [];
      new TimeLimit({
        clock,
        seconds,
        near: (seconds) => told.push(`${clock.now() / 1000}: ${seconds}`),
        over: () => told.push(`${clock.now() / 1000}: over`),
      });
      await clock.advance(2 * seconds * 1000);
      assertEquals(told, [`${at}: ${left}`, `${seconds}: over`]);
    });
  }
});

Deno.test("a limit that is cleared says nothing more", async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const limit = new TimeLimit({
    clock,
    seconds: 600,
    near: () => told.push("near"),
    over: () => told.push("over"),
  });
  await clock.advance(540_000);
  limit.clear();
  assertEquals(clock.pending, 0);
  assertEquals(told, ["near"]);
});
