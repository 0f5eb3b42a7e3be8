/** What the tests of the store share. */
import { assertEquals } from "@std/assert";
import { settle } from "parley/testing";
import type { Turn } from "../../lib/realtime/turns.ts";
import type {
  ConversationHeader,
  ConversationStore,
} from "../../lib/store/conversation_store.ts";
import { NO_USAGE } from "../../lib/store/header.ts";
import { KvStore } from "../../lib/store/kv_store.ts";
import { MemoryStore } from "../../lib/store/memory_store.ts";

/** Runs a test on each kind of store; nothing may be left of the conversations. */
export function testStores(
  name: string,
  test: (store: ConversationStore) => Promise<void>,
): void {
  Deno.test(`${name} (in memory)`, async () => {
    const store = new MemoryStore();
    await test(store);
    store.close();
  });
  Deno.test(`${name} (in Deno KV)`, () =>
    withKv((kv) => test(new KvStore(kv))));
}

/** Runs a test on a database in a file of its own. */
export async function withKv(
  test: (kv: Deno.Kv) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "parley-store-" });
  const kv = await Deno.openKv(`${folder}/kv.sqlite3`);
  try {
    await test(kv);
  } finally {
    kv.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** All keys of a database. */
export async function keysOf(kv: Deno.Kv): Promise<Deno.KvKey[]> {
  return (await Array.fromAsync(kv.list({ prefix: [] }))).map(({ key }) => key);
}

export function header(
  id: string,
  more: Partial<ConversationHeader> = {},
): ConversationHeader {
  return {
    id,
    agent: { name: "weather", title: "Weather Bot" },
    provider: "local",
    startedAt: 1_000,
    turnCount: 0,
    usage: NO_USAGE,
    ...more,
  };
}

export function said(id: string, text = id): Turn {
  return {
    kind: "message",
    id,
    at: 1_000,
    role: "user",
    text,
    status: "complete",
  };
}

/** A conversation's turns are these, by their ids. */
export async function assertTurns(
  store: ConversationStore,
  id: string,
  turnIds: string[],
): Promise<void> {
  const conversation = await store.get(id);
  assertEquals(conversation?.turns.map(({ id }) => id), turnIds);
}

/** Resolves once the condition holds; looks again when all that is ready has run. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 100_000; turn++) {
    if (await condition()) return;
    await settle();
  }
  throw new Error("The condition never held");
}
