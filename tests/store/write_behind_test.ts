import { assert, assertEquals, assertMatch } from "@std/assert";
import { FakeClock, settle } from "parley/testing";
import { createLog } from "../../lib/log.ts";
import type {
  ConversationHeader,
  TurnChange,
} from "../../lib/store/conversation_store.ts";
import { KvStore } from "../../lib/store/kv_store.ts";
import { MemoryStore } from "../../lib/store/memory_store.ts";
import { RETRIES } from "../../lib/store/faults.ts";
import { WriteBehind } from "../../lib/store/write_behind.ts";
import { assertTurns, header, said, withKv } from "./stores.ts";

/** A store whose writes the test can hold up or have fail. */
class FaultyStore extends MemoryStore {
  /** What the next writes throw, if anything. */
  faults: unknown[] = [];
  gate: Promise<void> | undefined;
  /** How many turns each write had. */
  readonly writes: number[] = [];

  override async update(
    header: ConversationHeader,
    changes: readonly TurnChange[],
  ): Promise<boolean> {
    this.writes.push(changes.length);
    await this.gate;
    const fault = this.faults.shift();
    if (fault !== undefined) throw fault;
    return await super.update(header, changes);
  }
}

function writeBehind(store = new FaultyStore()) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const writes = new WriteBehind({
    store: () => Promise.resolve(store),
    clock,
    log: createLog({}, (line) => void lines.push(line)),
  });
  return {
    store,
    clock,
    lines,
    writes,
    put: (...ids: string[]) =>
      writes.put(
        header("sess_1", { turnCount: ids.length }),
        ids.map((id) => ({ rank: [id.charCodeAt(0)], turn: said(id) })),
      ),
  };
}

// As Deno KV says it.
const LOCKED = new TypeError("database is locked");

Deno.test("while a write goes on the next one gathers, and each goes on alone", async () => {
  const { store, clock, writes, put } = writeBehind();
  const gate = Promise.withResolvers<void>();
  store.gate = gate.promise;
  put("a");
  await clock.advance(5);
  put("b");
  put("b", "c");
  put("d");
  await settle();
  assertEquals(store.writes, [1]);
  gate.resolve();
  await writes.settled();
  assertEquals(store.writes, [1, 3]);
  await assertTurns(store, "sess_1", ["a", "b", "c", "d"]);
  assertEquals((await store.get("sess_1"))?.turnCount, 1);
});

Deno.test("a burst is written together, 5 ms after it began, and is kept then", async () => {
  const { store, clock, writes, put } = writeBehind();
  put("a");
  await clock.advance(4);
  put("b");
  let kept = false;
  const wait = writes.kept!.then(() => kept = true);
  await settle();
  assertEquals([store.writes, kept], [[], false]);
  await clock.advance(1);
  await wait;
  assertEquals(store.writes, [2]);
  assertEquals(writes.kept, undefined);
  assertEquals(clock.pending, 0);
});

Deno.test("somebody who needs all of it kept does not wait for the burst's end", async () => {
  for (const way of ["flush", "settled"] as const) {
    const { store, clock, writes, put } = writeBehind();
    put("a");
    await writes[way]();
    assertEquals([store.writes, clock.pending], [[1], 0]);
  }
});

Deno.test("what nobody waits for is kept with what comes next, and in a moment where nothing does", async () => {
  const { store, clock, writes, put } = writeBehind();
  put("a");
  await writes.settled();
  const lazily = (turnCount: number) =>
    writes.putLazily(header("sess_1", { turnCount }));
  const turnCount = async () => (await store.get("sess_1"))?.turnCount;
  lazily(7);
  assertEquals(writes.kept, undefined);
  put("b", "c");
  await writes.settled();
  assertEquals([store.writes.length, await turnCount()], [2, 2]);
  assertEquals(clock.pending, 0);
  lazily(8);
  await clock.advance(249);
  assertEquals(await turnCount(), 2);
  await clock.advance(1);
  await writes.settled();
  assertEquals([store.writes.length, await turnCount()], [3, 8]);
  lazily(9);
  await writes.flush();
  assertEquals([await turnCount(), clock.pending], [9, 0]);
});

Deno.test("a change is kept whenever it comes", async () => {
  for (let moment = 0; moment < 40; moment++) {
    const { store, writes, put } = writeBehind();
    put("a");
    for (let tick = 0; tick < moment; tick++) await Promise.resolve();
    put("b");
    await writes.settled();
    await assertTurns(store, "sess_1", ["a", "b"]);
  }
});

Deno.test("a database that is locked is tried again until it is not", async () => {
  const { store, clock, lines, writes, put } = writeBehind();
  store.faults = Array(6).fill(LOCKED);
  put("a");
  put("b");
  let waited = 0;
  while (store.writes.length < 7) {
    await clock.advance(1);
    waited++;
  }
  await writes.settled();
  // 25, 50 … 800 ms at the most, after the burst.
  assert(waited <= 5 + 25 * (2 ** 6 - 1) + 6, `${waited} ms`);
  await assertTurns(store, "sess_1", ["a", "b"]);
  assertEquals(lines, []);
  assertEquals(clock.pending, 0);
});

Deno.test("what could not be kept is logged, and the next change takes it along", async () => {
  const { store, clock, lines, writes, put } = writeBehind();
  store.faults = Array(RETRIES.most + 1).fill(LOCKED);
  put("a", "b");
  for (let time = 0; time < RETRIES.most; time++) await clock.advance(1_000);
  await writes.settled();
  assertEquals(store.writes.length, RETRIES.most + 1);
  assertEquals(lines.length, 1);
  assertMatch(
    lines[0]!,
    /"error".*A conversation could not be kept.*"turns":2.*database is locked/,
  );
  await assertTurns(store, "sess_1", []);
  put("c");
  await writes.settled();
  await assertTurns(store, "sess_1", ["a", "b", "c"]);
});

Deno.test("a change that comes while the last try fails is kept by itself", async () => {
  const { store, clock, writes, put } = writeBehind();
  store.faults = Array(RETRIES.most + 1).fill(LOCKED);
  put("a");
  await clock.advance(5);
  put("b");
  for (let time = 0; time < RETRIES.most; time++) await clock.advance(1_000);
  await writes.settled();
  assertEquals(store.writes.at(-1), 2);
  await assertTurns(store, "sess_1", ["a", "b"]);
});

Deno.test("a value that the database never takes is not tried again", async () => {
  const { store, clock, lines, writes, put } = writeBehind();
  store.faults = [new TypeError("Value too large")];
  put("a");
  await writes.settled();
  assertEquals(store.writes, [1]);
  assertEquals(clock.pending, 0);
  assertMatch(lines.join(), /Value too large/);
});

/** A database each of whose writes fails as often as `locks` says. */
function locking(kv: Deno.Kv, locks: () => boolean): Deno.Kv {
  const bound = (target: object, name: string | symbol) => {
    const value = Reflect.get(target, name);
    return typeof value === "function" ? value.bind(target) : value;
  };
  const faulty = (operation: Deno.AtomicOperation): Deno.AtomicOperation =>
    new Proxy(operation, {
      get: (target, name, self) =>
        name === "commit"
          ? () => locks() ? Promise.reject(LOCKED) : target.commit()
          : (...args: unknown[]) => {
            bound(target, name)(...args);
            return self;
          },
    });
  return new Proxy(kv, {
    get: (target, name) =>
      name === "atomic" ? () => faulty(target.atomic()) : bound(target, name),
  });
}

Deno.test("where Deno KV is locked again and again everything is kept in the end", () =>
  withKv(async (kv) => {
    const clock = new FakeClock();
    let tries = 0;
    const store = new KvStore(locking(kv, () => ++tries % 3 !== 0));
    const lines: string[] = [];
    const writes = new WriteBehind({
      store: () => Promise.resolve(store),
      clock,
      log: createLog({}, (line) => void lines.push(line)),
    });
    const ids = ["a", "b", "c", "d", "e"];
    for (const [at, id] of ids.entries()) {
      writes.put(header("sess_1"), [{ rank: [at], turn: said(id) }]);
      let settled = false;
      const done = writes.settled().then(() => settled = true);
      while (!settled) await clock.advance(1_000);
      await done;
    }
    assert(tries > ids.length);
    assertEquals(lines, []);
    await assertTurns(new KvStore(kv), "sess_1", ids);
  }));
