import { assertEquals } from "@std/assert";
import { isAlive } from "../../lib/session/heartbeat.ts";
import { KvLiveSessions } from "../../lib/store/kv_live_sessions.ts";
import { ServerLocks } from "../../lib/store/server_locks.ts";
import { withKv } from "./stores.ts";

/** Holds a lock in a process of its own, until that ends. */
const HOLDER = `
const [module, folder] = Deno.args;
const { ServerLocks } = await import(module);
new ServerLocks(folder).hold("other");
console.log("held");
await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

Deno.test("that a process has died is known at once, and that it lives, too", () =>
  withFolder(async (folder) => {
    const locks = new ServerLocks(folder);
    assertEquals(await locks.isDead("other"), false, "nobody knows of it");
    const holder = await startHolder(folder);
    assertEquals(await locks.isDead("other"), false);
    await locks.sweep();
    holder.kill("SIGKILL");
    await holder.status;
    assertEquals(await locks.isDead("other"), true);
    // Others may still ask.
    await locks.sweep();
    assertEquals(await locks.isDead("other"), true);
    const old = Date.now() / 1000 - 49 * 60 * 60;
    await Deno.utime(`${folder}/server-other`, old, old);
    await locks.sweep();
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  }));

Deno.test("a lock is held once, and released with the last word", () =>
  withFolder((folder) =>
    withKv(async (kv) => {
      const locks = new ServerLocks(folder);
      const live = new KvLiveSessions(kv, { locks });
      const other = new KvLiveSessions(kv, { locks: new ServerLocks(folder) });
      for (const _ of [1, 2]) await live.beat("first", Date.now());
      assertEquals(await live.isDead("first"), false);
      assertEquals(await isAlive(other, "first", "second"), true);
      await live.beat("first", undefined);
      assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
      assertEquals(await isAlive(other, "first", "second"), false);
      await live.beat("first", undefined);
    })
  ));

Deno.test("a process that was heard of a moment ago is dead where its lock is free", () =>
  withFolder((folder) =>
    withKv(async (kv) => {
      const holder = await startHolder(folder);
      const live = new KvLiveSessions(kv, { locks: new ServerLocks(folder) });
      // As the process itself would say it.
      await new KvLiveSessions(kv).beat("other", Date.now());
      assertEquals(await isAlive(live, "other", "this"), true);
      holder.kill("SIGKILL");
      await holder.status;
      assertEquals(await isAlive(live, "other", "this"), false);
    })
  ));

async function startHolder(folder: string): Promise<Deno.ChildProcess> {
  const program = `${folder}.ts`;
  await Deno.writeTextFile(program, HOLDER);
  const module = new URL("../../lib/store/server_locks.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", program, module.href, folder],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  await Deno.remove(program);
  return child;
}

async function withFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "parley-locks-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
