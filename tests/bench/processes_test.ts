import { assert, assertEquals, assertRejects } from "@std/assert";
import { listenerOn, residentMemory } from "../../bench/support/processes.ts";

Deno.test("the process behind a port is found, and gone when it stops to listen", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  assertEquals(await listenerOn(port), Deno.pid);
  listener.close();
  await assertRejects(
    () => listenerOn(port),
    Error,
    `No process of this user listens on port ${port}`,
  );
});

Deno.test("a process's memory is told in megabytes", async () => {
  const before = await residentMemory(Deno.pid);
  const more = new Uint8Array(50_000_000).fill(1);
  const after = await residentMemory(Deno.pid);
  assert(
    after - before > 30 && after - before < 200,
    `${before} MB before, ${after} MB with ${more.length} bytes more`,
  );
});
