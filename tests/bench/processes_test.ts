import { assert, assertEquals, assertRejects } from "@std/assert";
import { listenerOn, residentMemory } from "../../bench/support/processes.ts";

/** Takes 50 MB when it is told to, and ends when its input does. */
const PROGRAM = `
  const told = () => Deno.stdin.read(new Uint8Array(1));
  console.log("ready");
  await told();
  globalThis.more = new Uint8Array(50_000_000).fill(1);
  console.log("more");
  await told();
`;

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
  // One of its own: this one's is used by other tests, too.
  await using program = new Deno.Command(Deno.execPath(), {
    args: ["eval", PROGRAM],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const said = program.stdout.getReader();
  const input = program.stdin.getWriter();
  await said.read();
  const before = await residentMemory(program.pid);
  await input.write(new Uint8Array(1));
  await said.read();
  const after = await residentMemory(program.pid);
  await input.close();
  await said.cancel();
  assert(
    after - before > 30 && after - before < 200,
    `${before} MB before, ${after} MB with 50 MB more`,
  );
});
