import { assertEquals } from "@std/assert";
import { FakeClock } from "parley/testing";
import { CallAge } from "../../lib/session/call_age.ts";

const MINUTE = 60_000;

function callAge() {
  const clock = new FakeClock();
  const told: string[] = [];
  const note = (what: string) => told.push(`${what} at ${clock.now()}`);
  const age = new CallAge({
    clock,
    due: () => note("due"),
    over: () => note("over"),
  });
  return { clock, told, age };
}

Deno.test("a new call is due a minute before the old one has to end, which is half a minute before the provider ends it", async () => {
  const { clock, told, age } = callAge();
  age.begin();
  await clock.advance(58.5 * MINUTE - 1);
  assertEquals([told, age.due], [[], false]);
  await clock.advance(1);
  assertEquals([told, age.due], [["due at 3510000"], true]);
  await clock.advance(MINUTE);
  assertEquals(told.slice(1), ["over at 3570000"]);
});

Deno.test("where the new call in the pause comes to nothing, the end of the old one is told", async () => {
  const { clock, told, age } = callAge();
  age.begin();
  await clock.advance(58.5 * MINUTE);
  age.heeded();
  assertEquals(age.due, false, "one pause is used once");
  await clock.advance(MINUTE);
  assertEquals(told.slice(1), ["over at 3570000"]);
});

Deno.test("a new call begins an age of its own, and the end of the last one is the end of it", async () => {
  const { clock, told, age } = callAge();
  age.begin();
  await clock.advance(59 * MINUTE);
  age.begin();
  assertEquals(age.due, false);
  await clock.advance(59 * MINUTE);
  assertEquals(told, ["due at 3510000", "due at 7050000"]);
  age.end();
  await clock.advance(60 * MINUTE);
  assertEquals([told.length, age.due], [2, false]);
});
