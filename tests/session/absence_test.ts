import { assertEquals } from "@std/assert";
import { FakeClock } from "parley/testing";
import { Absence } from "../../lib/session/absence.ts";

function absence() {
  const clock = new FakeClock();
  const told: string[] = [];
  const page = new Absence({
    clock,
    look: () => told.push("look"),
    over: () => told.push(`over at ${clock.now()}`),
  });
  return { clock, told, page };
}

Deno.test("a page that is away is looked for each second, and is gone after 30", async () => {
  const { clock, told, page } = absence();
  page.begin();
  await clock.advance(29_999);
  assertEquals(told, Array.from({ length: 29 }, () => "look"));
  await clock.advance(60_000);
  assertEquals(told.slice(29), ["over at 30000"]);
});

Deno.test("a page that comes back has all the time again when it leaves again", async () => {
  const { clock, told, page } = absence();
  page.begin();
  await clock.advance(29_500);
  page.end();
  await clock.advance(60_000);
  assertEquals(told.length, 29, "nobody looks while it is here");
  page.begin();
  await clock.advance(60_000);
  assertEquals(told.slice(58), ["over at 119500"]);
});

Deno.test("a conversation that is found elsewhere ends the waiting while it is looked for", async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const page = new Absence({
    clock,
    look: () => {
      told.push("look");
      page.end();
    },
    over: () => told.push("over"),
  });
  page.begin();
  await clock.advance(60_000);
  assertEquals(told, ["look"]);
});
