import { assertEquals } from "@std/assert";
import type { ToolTurn } from "../../lib/realtime/turns.ts";
import { withUnseenCalls } from "../../lib/store/unseen_calls.ts";
import { header, said } from "./stores.ts";

const CALL = { callId: "call_2", name: "get_weather", arguments: '{"a":1}' };

Deno.test("a call that had begun before the store knew of it is the latest turn", () => {
  const seen: ToolTurn = {
    kind: "tool",
    id: "item_1",
    at: 1,
    callId: "call_1",
    name: "get_weather",
    arguments: "{}",
    status: "completed",
    output: "sun",
  };
  const kept = {
    header: header("sess_1"),
    turns: [{ rank: [0], turn: said("a") }, { rank: [1], turn: seen }],
  } satisfies Parameters<typeof withUnseenCalls>[0];
  const { turns } = withUnseenCalls(kept, [
    { callId: "call_1", name: "get_weather", arguments: "{}" },
    CALL,
  ]);
  const { rank, turn } = turns[2]!;
  assertEquals(turns.slice(0, 2), kept.turns);
  assertEquals(rank, [2]);
  assertEquals(turn, {
    kind: "tool",
    id: "call_2",
    at: turn.at,
    ...CALL,
    status: "running",
  });
  assertEquals(withUnseenCalls(kept, []), kept);
});

Deno.test("it is the only turn where nothing else was kept", () => {
  const { turns } = withUnseenCalls({ header: header("sess_1"), turns: [] }, [
    CALL,
  ]);
  assertEquals(turns.map(({ rank }) => rank), [[0]]);
});
