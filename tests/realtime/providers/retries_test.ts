import { assertEquals, assertRejects } from "@std/assert";
import type { SessionConfig } from "../../../lib/realtime/events.ts";
import { OpenAIProvider } from "../../../lib/realtime/openai.ts";
import { ProviderError } from "../../../lib/realtime/provider.ts";
import { retryAfterMs } from "../../../lib/realtime/retries.ts";
import { FakeClock } from "parley/testing";
import {
  type Answer,
  deadOrigin,
  failure,
  FakeApi,
  never,
  taken,
  until,
} from "./fake_api.ts";

const SESSION: SessionConfig = { type: "realtime", model: "gpt-x" };
const minted: Answer = () => Response.json({ value: "ek_1", expires_at: 1 });

function providerAt(origin: string, clock: FakeClock, random = () => 0.5) {
  return new OpenAIProvider({
    title: "P",
    apiKey: "sk-x",
    baseUrl: `${origin}/v1`,
    clock,
    random,
  });
}

/** Waits for a pause of exactly this many ms, and lets it pass. */
async function passPause(clock: FakeClock, ms: number): Promise<void> {
  await until(() => clock.pending === 1);
  await clock.advance(ms - 1);
  assertEquals(clock.pending, 1, `it waits ${ms} ms, not less`);
  await clock.advance(1);
}

Deno.test("what may pass is tried twice more, with growing jittered pauses", async () => {
  const clock = new FakeClock();
  await using api = new FakeApi(failure(500), failure(502), minted);
  const made = providerAt(api.origin, clock).mintClientSecret(SESSION, never);
  // Half of 250 ms, then half of 500 ms: the jitter is full, from 0 on.
  await passPause(clock, 125);
  await passPause(clock, 250);
  assertEquals((await made).value, "ek_1");
  assertEquals(api.asked.length, 3);
  assertEquals(clock.pending, 0);
});

Deno.test("after that the last refusal is told", async () => {
  const clock = new FakeClock();
  await using api = new FakeApi(failure(500), failure(500), failure(503));
  const made = assertRejects(
    () => providerAt(api.origin, clock).mintClientSecret(SESSION, never),
    ProviderError,
    "status 503",
  );
  await passPause(clock, 125);
  await passPause(clock, 250);
  assertEquals((await made).retryable, true);
  assertEquals(api.asked.length, 3);
});

Deno.test("a call is made again where it can't have been taken", async (test) => {
  for (
    const [name, answer, pause] of [
      ["429", failure(429, "rate_limit_exceeded"), 125],
      ["429 that says when", failure(429, null, { "retry-after": "2" }), 2125],
      ["503", failure(503), 125],
    ] as const
  ) {
    await test.step(name, async () => {
      const clock = new FakeClock();
      await using api = new FakeApi(answer, taken());
      const made = providerAt(api.origin, clock)
        .createCall("v=0", SESSION, never);
      await passPause(clock, pause);
      assertEquals((await made).callId, "rtc_1");
      assertEquals(api.asked.length, 2);
    });
  }
});

Deno.test("a connection that is refused is tried again", async () => {
  const clock = new FakeClock();
  const made = assertRejects(
    () => providerAt(deadOrigin(), clock).createCall("v=0", SESSION, never),
    ProviderError,
    "P can't be reached",
  );
  await passPause(clock, 125);
  await passPause(clock, 250);
  assertEquals((await made).code, "provider_unreachable");
});

Deno.test("a signal ends the pause", async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  await using api = new FakeApi(failure(503));
  const made = assertRejects(
    () =>
      providerAt(api.origin, clock).createCall("v=0", SESSION, abort.signal),
    Error,
    "The browser left",
  );
  await until(() => clock.pending === 1);
  abort.abort(new Error("The browser left"));
  await made;
  assertEquals(clock.pending, 0);
  assertEquals(api.asked.length, 1);
});

Deno.test("Retry-After is seconds or a date", () => {
  const now = Date.UTC(2026, 0, 1);
  for (
    const [header, ms] of [
      [null, 0],
      ["2", 2000],
      ["0.5", 500],
      ["Thu, 01 Jan 2026 00:00:03 GMT", 3000],
      ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
      ["-1", 0],
      ["soon", 0],
    ] as const
  ) assertEquals(retryAfterMs(header, now), ms, `${header}`);
});
