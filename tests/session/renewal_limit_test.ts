import { assertEquals } from "@std/assert";
import { FakeClock } from "parley/testing";
import { RenewalLimit } from "../../lib/session/renewal_limit.ts";

Deno.test("a sixth new call within five minutes is one too many", async () => {
  const clock = new FakeClock();
  const limit = new RenewalLimit(clock);
  for (let call = 1; call <= 5; call++) {
    assertEquals(limit.count(), true, `call ${call}`);
    await clock.advance(59_000);
  }
  assertEquals(limit.count(), false);
});

Deno.test("new calls that are further apart go on for ever", async () => {
  const clock = new FakeClock();
  const limit = new RenewalLimit(clock);
  for (let call = 1; call <= 50; call++) {
    assertEquals(limit.count(), true, `call ${call}`);
    await clock.advance(60_000);
  }
});
