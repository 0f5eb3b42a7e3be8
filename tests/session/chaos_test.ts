import { assert, assertEquals } from "@std/assert";
import { chaos } from "../../bench/support/chaos.ts";

// `deno task chaos` has more of them, more often, and with two servers.
Deno.test("conversations lose nothing where their server is killed twice", async () => {
  const lines = await chaos({ conversations: 10, servers: 1, kills: 2 });
  const figure = (what: string) =>
    Number(lines.find((line) => line.what === what)!.figure);
  assertEquals(lines.filter(({ kept }) => kept === false), []);
  assertEquals(figure("ended: stopped"), 10);
  assert(figure("resumed") >= 10, "each was broken off once at least");
  // What the model has called; a session that dies with its server takes calls along.
  const calls = figure("tool calls") + figure("calls that no server heard of");
  assert(calls >= 40, `${calls} calls: each kind was asked for`);
});
