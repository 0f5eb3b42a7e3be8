import { assertEquals } from "@std/assert";
import { Pause } from "../../lib/session/pause.ts";

/** Whether a promise has resolved by now. */
async function isResolved(promise: Promise<void>): Promise<boolean> {
  let resolved = false;
  promise.then(() => resolved = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return resolved;
}

Deno.test("a pause is waited for until it is quiet", async () => {
  let quiet = false;
  const pause = new Pause(() => quiet);
  const next = pause.next(new AbortController().signal);
  pause.look();
  assertEquals(await isResolved(next), false);
  quiet = true;
  assertEquals(await isResolved(next), false, "nobody has looked");
  pause.look();
  assertEquals(await isResolved(next), true);
});

Deno.test("where it is quiet nothing is waited for", async () => {
  const pause = new Pause(() => true);
  assertEquals(
    await isResolved(pause.next(new AbortController().signal)),
    true,
  );
});

Deno.test("no pause is waited for beyond the deadline, nor after it", async () => {
  const pause = new Pause(() => false);
  const deadline = new AbortController();
  const next = pause.next(deadline.signal);
  assertEquals(await isResolved(next), false);
  deadline.abort();
  assertEquals(await isResolved(next), true);
  assertEquals(await isResolved(pause.next(deadline.signal)), true);
});
