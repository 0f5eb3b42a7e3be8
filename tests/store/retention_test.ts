import { assertEquals, assertMatch } from "@std/assert";
import { FakeClock, settle } from "parley/testing";
import { createLog } from "../../lib/log.ts";
import type { ConversationStore } from "../../lib/store/conversation_store.ts";
import { exportLines } from "../../lib/store/export.ts";
import { keepHouse } from "../../lib/store/housekeeping.ts";
import { KvLiveSessions } from "../../lib/store/kv_live_sessions.ts";
import { KvStore } from "../../lib/store/kv_store.ts";
import type {
  LiveSession,
  LiveSessions,
} from "../../lib/store/live_sessions.ts";
import { endLost, LOST_MS } from "../../lib/store/lost_conversations.ts";
import { MemoryLiveSessions } from "../../lib/store/memory_live_sessions.ts";
import { MemoryStore } from "../../lib/store/memory_store.ts";
import { deleteOld } from "../../lib/store/retention.ts";
import { header, keysOf, said, testStores, until, withKv } from "./stores.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

function going(id: string, more: Partial<LiveSession> = {}): LiveSession {
  return {
    id,
    epoch: 1,
    server: "another server",
    agent: "weather",
    route: "socket",
    greeted: true,
    turnTaking: { pushToTalk: false, bargeIn: true },
    startedAt: Date.now() - HOUR_MS,
    tokens: [`${id}'s token`],
    ...more,
  };
}

async function ids(store: ConversationStore): Promise<string[]> {
  return (await store.list()).conversations.map(({ id }) => id);
}

testStores(
  "what began longer ago than the retention goes, over all pages of the list",
  async (store) => {
    const now = 100 * DAY_MS;
    for (let count = 0; count < 45; count++) {
      const id = `old_${count}`;
      await store.begin(header(id, { startedAt: 70 * DAY_MS - 1 - count }));
      await store.update(
        header(id, { startedAt: 70 * DAY_MS - 1 - count }),
        [{ rank: [0], turn: said("a") }],
      );
    }
    await store.begin(header("of_age", { startedAt: 70 * DAY_MS }));
    await store.begin(header("young", { startedAt: now }));
    const live = new MemoryLiveSessions();
    assertEquals(await deleteOld(store, live, 30, now), 45);
    assertEquals(await ids(store), ["young", "of_age"]);
    assertEquals(await store.get("old_44"), undefined);
    assertEquals(await deleteOld(store, live, 30, now), 0);
  },
);

testStores(
  "what somebody may still go on with stays, however old",
  async (store) => {
    const live = new MemoryLiveSessions();
    await store.begin(header("going_on"));
    await store.begin(header("over"));
    await live.put(going("going_on"));
    assertEquals(await deleteOld(store, live, 1), 1);
    assertEquals(await ids(store), ["going_on"]);
  },
);

Deno.test("nothing of what was deleted for its age is left in the database", () =>
  withKv(async (kv) => {
    const store = new KvStore(kv);
    await store.begin(header("old"));
    await store.update(header("old"), [{ rank: [0], turn: said("a") }]);
    assertEquals(await deleteOld(store, new KvLiveSessions(kv), 1), 1);
    assertEquals(await keysOf(kv), []);
  }));

/** Looks for lost conversations until nothing more happens. */
async function search(
  store: ConversationStore,
  live: LiveSessions,
  meanwhile?: () => Promise<unknown>,
): Promise<number> {
  const clock = new FakeClock();
  let ended: number | undefined;
  const searching = endLost({ store, live, self: "this server", clock })
    .then((count) => ended = count);
  await until(() =>
    Promise.resolve(ended !== undefined || clock.pending === 1)
  );
  await meanwhile?.();
  await clock.advance(LOST_MS);
  return await searching;
}

Deno.test("a conversation whose server died ends when it last was alive", () =>
  withKv(async (kv) => {
    const [store, live] = [new KvStore(kv), new KvLiveSessions(kv)];
    const begun = header("lost", { startedAt: Date.now() - HOUR_MS });
    const lastBeat = Date.now() - 20 * MINUTE_MS;
    await store.begin(begun);
    await store.update(begun, [{ rank: [0], turn: said("a") }]);
    await live.put(going("lost"));
    await live.calls.begin(going("lost"), {
      callId: "call_1",
      name: "get_weather",
      arguments: "{}",
    });
    await live.beat("another server", lastBeat);
    assertEquals(await search(store, live), 1);
    assertEquals(await store.get("lost"), {
      ...begun,
      takeovers: 1,
      endedAt: lastBeat,
      endCode: "server_lost",
      endReason: "The server stopped in the middle of it",
      turns: [said("a")],
    });
    assertEquals(await Array.fromAsync(live.list()), []);
    assertEquals(await live.claim("lost's token", "this server"), undefined);
    assertEquals(await live.calls.find("lost", "call_1"), undefined);
    // Its server may have been asleep.
    assertEquals(await store.update(begun, []), false);
    assertEquals(await search(store, live), 0);
  }));

Deno.test("where the server's last moment is not known, the last turn is the end", () =>
  withKv(async (kv) => {
    const [store, live] = [new KvStore(kv), new KvLiveSessions(kv)];
    const startedAt = Date.now() - HOUR_MS;
    const begun = header("lost", { startedAt });
    const turn = { ...said("a"), at: startedAt + MINUTE_MS };
    await store.begin(begun);
    await store.update(begun, [{ rank: [0], turn }]);
    await store.begin(header("silent", { startedAt }));
    await live.put(going("lost"));
    await live.put(going("silent"));
    assertEquals(await search(store, live), 2);
    assertEquals((await store.get("lost"))?.endedAt, startedAt + MINUTE_MS);
    assertEquals((await store.get("silent"))?.endedAt, startedAt);
  }));

Deno.test("what lives, is young or is this server's own does not end", () =>
  withKv(async (kv) => {
    const [store, live] = [new KvStore(kv), new KvLiveSessions(kv)];
    await live.put(going("alive", { server: "a living server" }));
    await live.beat("a living server", Date.now() - 9 * MINUTE_MS);
    await live.put(going("young", { startedAt: Date.now() - 9 * MINUTE_MS }));
    await live.put(going("own", { server: "this server" }));
    for (const id of ["alive", "young", "own"]) await store.begin(header(id));
    assertEquals(await search(store, live), 0);
    for (const id of ["alive", "young", "own"]) {
      assertEquals(await store.get(id), { ...header(id), turns: [] });
    }
    assertEquals((await Array.fromAsync(live.list())).length, 3);
  }));

Deno.test("a page that comes back in time keeps its conversation", () =>
  withKv(async (kv) => {
    const [store, live] = [new KvStore(kv), new KvLiveSessions(kv)];
    for (const id of ["back", "beating", "over", "deleted"]) {
      await store.begin(header(id));
      await live.put(going(id, { server: `${id}'s server` }));
    }
    const ended = await search(store, live, async () => {
      // The server that has it now has not said yet that it lives.
      await live.claim("back's token", "a third server");
      await live.beat("beating's server", Date.now());
      await store.update(header("over", { endedAt: 2_000 }), []);
      await live.end("over");
      await store.delete("deleted");
    });
    assertEquals(ended, 0);
    assertEquals((await store.get("back"))?.endedAt, undefined);
    assertEquals((await store.get("beating"))?.endedAt, undefined);
    assertEquals((await store.get("over"))?.endedAt, 2_000);
    assertEquals(await store.get("deleted"), undefined);
    const left = await Array.fromAsync(live.list());
    assertEquals(left.map(({ id }) => id), ["back", "beating"]);
    assertEquals(left[0]?.tokens, ["back's token"]);
  }));

function household(retentionDays: number | undefined) {
  const lines: string[] = [];
  const store = new MemoryStore();
  const live = new MemoryLiveSessions();
  return {
    lines,
    kept: store,
    going: live,
    store: (): Promise<ConversationStore> => Promise.resolve(store),
    live: (): Promise<LiveSessions> => Promise.resolve(live),
    log: createLog({}, (line) => void lines.push(line)),
    config: { retentionDays },
    resumptions: { server: "this server" },
  };
}

Deno.test("the house is kept at once and every hour, and the log counts", async () => {
  const clock = new FakeClock();
  const house = household(1);
  await house.kept.begin(header("old"));
  keepHouse(house, clock);
  await settle();
  assertEquals(await ids(house.kept), []);
  await house.kept.begin(header("next"));
  const startedAt = Date.now() - HOUR_MS;
  await house.kept.begin(header("lost", { startedAt }));
  await house.going.put(going("lost"));
  await clock.advance(HOUR_MS - 1);
  assertEquals(await ids(house.kept), ["lost", "next"]);
  await clock.advance(1);
  assertEquals(await ids(house.kept), ["lost"]);
  await clock.advance(LOST_MS);
  assertEquals((await house.kept.get("lost"))?.endCode, "server_lost");
  assertEquals(house.lines.length, 3);
  assertMatch(house.lines[0]!, /"info".*Old conversations.*"deleted":1/);
  assertMatch(house.lines[2]!, /"warn".*Lost conversations.*"ended":1/);
  assertEquals(clock.pending, 1);
});

Deno.test("without a retention nothing goes", async () => {
  const house = household(undefined);
  await house.kept.begin(header("old"));
  keepHouse(house, new FakeClock());
  await settle();
  assertEquals(await ids(house.kept), ["old"]);
  assertEquals(house.lines, []);
});

Deno.test("a failure is the log's, and the next round tries again", async () => {
  const clock = new FakeClock();
  const house = household(1);
  await house.kept.begin(header("old"));
  const { store } = house;
  house.store = () => Promise.reject(new Error("The disk is full"));
  keepHouse(house, clock);
  await settle();
  assertEquals(house.lines.length, 2);
  assertMatch(house.lines[0]!, /Old conversations could not.*disk is full/);
  assertMatch(house.lines[1]!, /Lost conversations could not.*disk is full/);
  house.store = store;
  await clock.advance(HOUR_MS);
  assertEquals(await ids(house.kept), []);
});

testStores(
  "an export has every conversation but those deleted meanwhile, and holds one at a time",
  async (store) => {
    for (let count = 0; count < 45; count++) {
      const id = `sess_${count}`;
      await store.begin(header(id, { startedAt: count }));
    }
    let read = 0;
    const counted: ConversationStore = Object.create(store, {
      list: { value: store.list.bind(store) },
      get: {
        value: (id: string) => {
          read++;
          return store.get(id);
        },
      },
    });
    const lines = exportLines(counted);
    const { value: first } = await lines.next();
    assertEquals(JSON.parse(first!), {
      ...header("sess_44", { startedAt: 44 }),
      turns: [],
    });
    assertEquals(read, 1);
    await store.delete("sess_43");
    await store.begin(header("sess_45", { startedAt: 45 }));
    const rest = await Array.fromAsync(lines);
    assertEquals(
      rest.map((line) => JSON.parse(line).id),
      Array.from({ length: 43 }, (_, at) => `sess_${42 - at}`),
    );
  },
);
