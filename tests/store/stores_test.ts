import { assert, assertEquals } from "@std/assert";
import type { Turn } from "../../lib/realtime/turns.ts";
import { KvStore } from "../../lib/store/kv_store.ts";
import { MemoryStore } from "../../lib/store/memory_store.ts";
import {
  assertTurns,
  header,
  keysOf,
  said,
  testStores,
  withKv,
} from "./stores.ts";

testStores(
  "a conversation is kept with its turns, and goes with them",
  async (store) => {
    assertEquals(await store.get("sess_1"), undefined);
    assertEquals(await store.delete("sess_1"), false);
    await store.begin(header("sess_1"));
    assertEquals(await store.get("sess_1"), { ...header("sess_1"), turns: [] });
    const later = header("sess_1", {
      endedAt: 2_000,
      endReason: "stopped",
      turnCount: 1,
      preview: "Hello",
    });
    assertEquals(
      await store.update(later, [{ rank: [0], turn: said("a", "Hello") }]),
      true,
    );
    assertEquals(await store.get("sess_1"), {
      ...later,
      turns: [said("a", "Hello")],
    });
    assertEquals((await store.list()).conversations, [later]);
    assertEquals(await store.delete("sess_1"), true);
    assertEquals(await store.get("sess_1"), undefined);
    assertEquals((await store.list()).conversations, []);
    assertEquals(await store.delete("sess_1"), false);
  },
);

testStores("what goes on while it is deleted is not kept", async (store) => {
  await store.begin(header("sess_1"));
  await store.delete("sess_1");
  const kept = await store.update(header("sess_1"), [
    { rank: [0], turn: said("a") },
  ]);
  assertEquals(kept, false);
  assertEquals(await store.get("sess_1"), undefined);
  assertEquals((await store.list()).conversations, []);
});

testStores("a conversation that begins twice begins anew", async (store) => {
  await store.begin(header("sess_1"));
  await store.update(header("sess_1"), [{ rank: [0], turn: said("a") }]);
  await store.begin(header("sess_1", { startedAt: 2_000 }));
  await assertTurns(store, "sess_1", []);
  assertEquals(
    (await store.list()).conversations.map(({ startedAt }) => startedAt),
    [2_000],
  );
});

testStores(
  "turns are in the order of their ranks, and can go",
  async (store) => {
    await store.begin(header("sess_1"));
    await store.begin(header("sess_2"));
    await store.update(header("sess_1"), [
      { rank: [10], turn: said("d") },
      { rank: [0], turn: said("b") },
      { rank: [0, 0], turn: said("c") },
    ]);
    await store.update(header("sess_1"), [{ rank: [-1], turn: said("a") }]);
    await store.update(header("sess_2"), [{ rank: [0], turn: said("x") }]);
    await assertTurns(store, "sess_1", ["a", "b", "c", "d"]);
    await store.update(header("sess_1"), [
      { rank: [0], turn: undefined },
      { rank: [0, 0], turn: said("C") },
    ]);
    await assertTurns(store, "sess_1", ["a", "C", "d"]);
    await assertTurns(store, "sess_2", ["x"]);
  },
);

testStores(
  "a long turn is kept whole, and a shorter one in its place",
  async (store) => {
    const long = (output: string): Turn => ({
      kind: "tool",
      id: "a",
      at: 0,
      callId: "c1",
      name: "read",
      arguments: "漢".repeat(70_000),
      status: "completed",
      output,
    });
    const turns = [long("x".repeat(200_000)), said("b"), long('"\u0001\ud83d')];
    await store.begin(header("sess_1"));
    for (const turn of turns) {
      await store.update(header("sess_1"), [
        { rank: [0], turn },
        { rank: [0, 0], turn: said("behind it") },
      ]);
      assertEquals(
        (await store.get("sess_1"))?.turns,
        [turn, said("behind it")],
      );
    }
    await store.update(header("sess_1"), [{ rank: [0], turn: undefined }]);
    await assertTurns(store, "sess_1", ["behind it"]);
  },
);

testStores("many changes at once are all kept", async (store) => {
  const ids = Array.from({ length: 2_500 }, (_, at) => `turn ${at}`);
  await store.begin(header("sess_1"));
  await store.update(
    header("sess_1"),
    ids.map((id, at) => ({
      rank: [at],
      turn: said(id, "x".repeat(at % 500 === 0 ? 300_000 : 100)),
    })),
  );
  await assertTurns(store, "sess_1", ids);
  await store.update(
    header("sess_1"),
    ids.slice(1).map((_, at) => ({ rank: [at + 1], turn: undefined })),
  );
  await assertTurns(store, "sess_1", ["turn 0"]);
});

testStores("the list has the newest first, page by page", async (store) => {
  // Some begin at the same moment.
  const ids = Array.from(
    { length: 23 },
    (_, at) => `sess_${String(at).padStart(2, "0")}`,
  );
  for (const [at, id] of ids.entries()) {
    await store.begin(header(id, { startedAt: Math.floor(at / 3) }));
  }
  const pages: string[][] = [];
  let before;
  do {
    const page = await store.list(before, 10);
    pages.push(page.conversations.map(({ id }) => id));
    before = page.next;
  } while (before !== undefined);
  assertEquals(pages.map(({ length }) => length), [10, 10, 3]);
  assertEquals(pages.flat(), ids.toReversed());

  const { conversations, next } = await store.list();
  assertEquals(conversations.length, 20);
  // One that is new does not move what comes next.
  await store.begin(header("sess_99", { startedAt: 99 }));
  const rest = await store.list(next);
  assertEquals(rest.conversations.map(({ id }) => id), [
    "sess_02",
    "sess_01",
    "sess_00",
  ]);
  assertEquals(rest.next, undefined);
});

testStores("an id that is no key is nobody's", async (store) => {
  const id = "x".repeat(10_000);
  assertEquals(await store.get(id), undefined);
  assertEquals(await store.delete(id), false);
});

Deno.test("no value in Deno KV is too long, and deleting leaves no key behind", () =>
  withKv(async (kv) => {
    const store = new KvStore(kv);
    await store.begin(header("sess_1"));
    await store.begin(header("sess_2"));
    const endless = said("endless", "\u0000".repeat(3_000_000));
    await store.update(header("sess_1"), [
      { rank: [0], turn: endless },
      ...Array.from({ length: 2_000 }, (_, at) => ({
        rank: [at + 1] as const,
        turn: said(`${at}`),
      })),
    ]);
    const [turn] = (await store.get("sess_1"))!.turns;
    assert(turn?.kind === "message");
    assert(turn.text.endsWith("\n[Cut: 2980000 more]"));
    assert((await keysOf(kv)).length > 2_000);
    assertEquals(await store.delete("sess_1"), true);
    assertEquals(await keysOf(kv), [
      ["conversation", "sess_2"],
      ["conversation by start", 1_000, "sess_2"],
    ]);
  }));

Deno.test("a conversation that is written while it is read is read whole", () =>
  withKv(async (kv) => {
    const store = new KvStore(kv);
    await store.begin(header("sess_1"));
    // Its turns and pieces are more than the database reads at once.
    const all = (letter: string) =>
      Array.from({ length: 60 }, (_, at) => ({
        rank: [at] as const,
        turn: said(`${at}`, letter.repeat(150_000)),
      }));
    await store.update(header("sess_1"), all("a"));
    const writing = store.update(header("sess_1"), all("b"));
    let reads = 0;
    let done = false;
    writing.then(() => done = true);
    while (!done) {
      const { turns } = (await store.get("sess_1"))!;
      assertEquals(turns.length, 60);
      for (const turn of turns) {
        assert(turn.kind === "message" && /^(a+|b+)$/.test(turn.text));
      }
      reads++;
    }
    assert(reads > 0);
  }));

Deno.test("memory keeps the newest 500 conversations", async () => {
  const store = new MemoryStore();
  for (let at = 0; at < 501; at++) {
    await store.begin(header(`sess_${at}`, { startedAt: at }));
  }
  assertEquals(await store.get("sess_0"), undefined);
  assertEquals((await store.get("sess_1"))?.startedAt, 1);
  assertEquals((await store.list(undefined, 1_000)).conversations.length, 500);
});
