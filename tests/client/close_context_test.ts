import { assertEquals } from "@std/assert";
import { closeContext } from "../../lib/client/sound/close_context.ts";
import { FakeClock, settle } from "../../lib/testing/fake_clock.ts";

/** A context whose sound goes by only where the test says so. */
class FakeContext {
  state = "running";
  currentTime = 10;

  close(): Promise<void> {
    this.state = "closed";
    return Promise.resolve();
  }
}

function begin(ends: Promise<unknown>[]) {
  const context = new FakeContext();
  const clock = new FakeClock();
  const closing = closeContext(
    context as unknown as AudioContext,
    ends,
    clock,
  );
  return { context, clock, closing };
}

Deno.test("a context is closed once all of its worklets have ended, or failed to begin, and been let go of", async () => {
  const ends = [0, 1].map(() => Promise.withResolvers<void>());
  const failed = Promise.reject(new Error("It can't be loaded"));
  const { context, clock, closing } = begin([
    ...ends.map(({ promise }) => promise),
    failed,
  ]);
  ends[0]!.resolve();
  await settle();
  context.currentTime += 1;
  await clock.advance(1_000);
  assertEquals(context.state, "running");
  ends[1]!.resolve();
  await clock.advance(1_000);
  assertEquals(context.state, "running", "No sound has gone by yet");
  context.currentTime += 0.25;
  await clock.advance(25);
  await closing;
  assertEquals(context.state, "closed");
});

Deno.test("a worklet that never ends is waited for no longer than 5 s", async () => {
  const { context, clock, closing } = begin([new Promise(() => {})]);
  await clock.advance(4_999);
  assertEquals(context.state, "running");
  await clock.advance(1);
  await closing;
  assertEquals(context.state, "closed");
});

Deno.test("a context in which no sound goes by is closed after 5 s, and a suspended one at once", async () => {
  const { context, clock, closing } = begin([]);
  await clock.advance(4_999);
  assertEquals(context.state, "running");
  await clock.advance(1);
  await closing;
  assertEquals(context.state, "closed");

  const other = begin([Promise.resolve()]);
  other.context.state = "suspended";
  await other.closing;
  assertEquals(other.context.state, "closed");
});
