import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { startGroup } from "./process_group.ts";

/** Listens, and says where. */
const SERVER = `
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) =>
    console.log("port " + port + ".") }, () => new Response("here"));`;

/** Starts another process that does `code`, as `deno task` does. */
const parentOf = (code: string) =>
  `await new Deno.Command(Deno.execPath(), { args: ["eval", ${
    JSON.stringify(code)
  }] }).spawn().status;`;

const portOf = (logs: string) => Number(/port (\d+)\./.exec(logs)?.[1]);

Deno.test("a process group ends with the processes that it started", async () => {
  const group = startGroup(["eval", parentOf(SERVER)]);
  assert(await group.hasWritten("port"));
  const address = `http://127.0.0.1:${portOf(group.logs())}`;
  assertEquals(await (await fetch(address)).text(), "here");
  await group.end(5_000);
  await assertRejects(() => fetch(address));
});

Deno.test("a process group ends even where a process ignores it", async () => {
  const deaf = `Deno.addSignalListener("SIGTERM", () => {}); ${SERVER}`;
  const group = startGroup(["eval", parentOf(deaf)]);
  assert(await group.hasWritten("port"));
  const address = `http://127.0.0.1:${portOf(group.logs())}`;
  await group.end(50);
  await assertRejects(() => fetch(address));
});

Deno.test("what a process group has not written when it ends, it will not write", async () => {
  const group = startGroup([
    "eval",
    "console.log('one'); console.error('two')",
  ]);
  assertFalse(await group.hasWritten("three"));
  assertStringIncludes(group.logs(), "one");
  assertStringIncludes(group.logs(), "two");
  await group.end(50);
  await group.end(50);
});
