import { assert, assertEquals, assertMatch } from "@std/assert";
import { createLog } from "../../lib/log.ts";
import { KvStore } from "../../lib/store/kv_store.ts";
import { MemoryStore } from "../../lib/store/memory_store.ts";
import { openStores } from "../../lib/store/open_store.ts";
import { writable } from "../../lib/store/writable.ts";
import { assertTurns, header, said } from "./stores.ts";

function readLog() {
  const lines: string[] = [];
  return { lines, log: createLog({}, (line) => void lines.push(line)) };
}

Deno.test("a conversation is there when the store is opened again", async () => {
  const folder = await Deno.makeTempDir();
  const { lines, log } = readLog();
  for (const time of ["first", "second"]) {
    const { conversations: store } = await openStores(
      `${folder}/kv.sqlite3`,
      log,
    );
    assert(store instanceof KvStore);
    if (time === "first") {
      await store.begin(header("sess_1"));
      await store.update(header("sess_1"), [{ rank: [0], turn: said("a") }]);
    } else await assertTurns(store, "sess_1", ["a"]);
    store.close();
  }
  assertEquals(lines, []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("where the file can't be opened, memory takes its place, and the log says why", async () => {
  const { lines, log } = readLog();
  const { conversations: store } = await openStores(
    "/nowhere/at/all.sqlite3",
    log,
  );
  assert(store instanceof MemoryStore);
  assertEquals(lines.length, 1);
  assertMatch(
    lines[0]!,
    /"warn".*kept in memory.*set KV_PATH to a file.*\/nowhere\/at\/all.sqlite3.*unable to open/,
  );
});

Deno.test("where Deno has no KV, memory takes its place, and the log says how to have it", async () => {
  const { lines, log } = readLog();
  const { conversations: store } = await openStores("kv.sqlite3", log, {});
  assert(store instanceof MemoryStore);
  assertEquals(lines.length, 1);
  assertMatch(lines[0]!, /"warn".*kept in memory.*--unstable-kv/);
});

Deno.test("the server may write its store and nothing else", () => {
  assertEquals(writable(undefined), "data");
  assertEquals(writable(" "), "data");
  assertEquals(writable("https://kv.test/db"), "data");
  assertEquals(
    writable("/var/lib/parley/kv"),
    "/var/lib/parley/kv,/var/lib/parley/kv.calls",
  );
  assertEquals(writable("my data/kv"), "my data/kv,my data/kv.calls");
  assertEquals(writable("one,two"), "data");
});
