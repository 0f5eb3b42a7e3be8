import { assertEquals, assertRejects } from "@std/assert";
import type { RealtimeServerEvent } from "../../../lib/realtime/events.ts";
import type { ModelLink } from "../../../lib/realtime/link.ts";
import { OpenAIProvider } from "../../../lib/realtime/openai.ts";
import { ProviderError } from "../../../lib/realtime/provider.ts";
import { FakeClock } from "parley/testing";
import {
  deadOrigin,
  failure,
  FakeApi,
  never,
  until,
  upgraded,
} from "./fake_api.ts";

function providerAt(origin: string, clock = new FakeClock()) {
  return new OpenAIProvider({
    title: "P",
    apiKey: "sk-x",
    baseUrl: `${origin}/v1`,
    clock,
    random: () => 0.5,
  });
}

const created = JSON.stringify({ type: "session.created", event_id: "e" });
const greeting = upgraded((socket) => socket.send(created));

async function first(link: ModelLink): Promise<RealtimeServerEvent> {
  for await (const event of link.events) return event;
  throw new Error("The link ended");
}

Deno.test("the sideband joins a call with the key", async () => {
  await using api = new FakeApi(greeting);
  const link = await providerAt(api.origin).attach("rtc_a/b", never);
  assertEquals(api.paths, ["GET /v1/realtime?call_id=rtc_a%2Fb"]);
  assertEquals(api.asked[0]!.headers.get("authorization"), "Bearer sk-x");
  assertEquals((await first(link)).type, "session.created");
  assertEquals(link.seesResponses, true);
  await link.close();
});

Deno.test("a call that is not known yet is asked for again", async () => {
  const clock = new FakeClock();
  await using api = new FakeApi(failure(404), failure(404), greeting);
  const joined = providerAt(api.origin, clock).attach("rtc_1", never);
  // The deadline is one timer, a pause the other.
  for (const pause of [25, 50]) {
    await until(() => clock.pending === 2);
    await clock.advance(pause);
  }
  await (await joined).close();
  assertEquals(api.asked.length, 3);
  assertEquals(clock.pending, 0);
});

Deno.test("a call that stays unknown is given up after two seconds", async () => {
  const clock = new FakeClock();
  await using api = new FakeApi(failure(404));
  let settled = false;
  const joined = assertRejects(
    () =>
      providerAt(api.origin, clock).attach("rtc_1", never)
        .finally(() => settled = true),
    ProviderError,
    "P does not know this call",
  );
  let waited = 0;
  while (!settled) {
    await until(() => clock.pending === 2 || settled);
    if (settled) break;
    await clock.advance(25);
    waited += 25;
  }
  assertEquals((await joined).code, "call_not_found");
  assertEquals(waited, 2000);
  // 25, 50, 100, then 200 ms each.
  assertEquals(api.asked.length, 13);
  assertEquals(clock.pending, 0);
});

Deno.test("a handshake that fails for good is not repeated", async (test) => {
  for (
    const [status, ask, code] of [
      [401, "attach", "key_rejected"],
      [403, "attach", "not_allowed"],
      [401, "open", "key_rejected"],
      [404, "open", "model_not_found"],
    ] as const
  ) {
    await test.step(`${ask} ${status}`, async () => {
      await using api = new FakeApi(failure(status));
      const provider = providerAt(api.origin);
      const error = await assertRejects(
        async () => {
          await (ask === "attach"
            ? provider.attach("rtc_1", never)
            : provider.open({ type: "realtime", model: "gpt-x" }, never));
        },
        ProviderError,
      );
      assertEquals(error.code, code);
      assertEquals(api.asked.length, 1);
    });
  }
});

Deno.test("a provider that is not there is said to be", async () => {
  const clock = new FakeClock();
  const opened = assertRejects(
    () => providerAt(deadOrigin(), clock).open({ type: "realtime" }, never),
    ProviderError,
    "P can't be reached",
  );
  for (const pause of [125, 250]) {
    await until(() => clock.pending === 2);
    await clock.advance(pause);
  }
  assertEquals((await opened).code, "provider_unreachable");
  assertEquals(clock.pending, 0);
});

Deno.test("a provider that does not answer is given up", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const accepted = listener.accept();
  const clock = new FakeClock();
  const joined = assertRejects(
    () =>
      providerAt(`http://127.0.0.1:${listener.addr.port}`, clock)
        .attach("rtc_1", never),
    ProviderError,
    "P can't be reached",
  );
  const connection = await accepted;
  await clock.advance(2000);
  await joined;
  connection.close();
  listener.close();
});

Deno.test("a signal ends the handshake with its reason", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const accepted = listener.accept();
  const abort = new AbortController();
  const clock = new FakeClock();
  const joined = assertRejects(
    () =>
      providerAt(`http://127.0.0.1:${listener.addr.port}`, clock)
        .attach("rtc_1", abort.signal),
    Error,
    "The browser left",
  );
  const connection = await accepted;
  abort.abort(new Error("The browser left"));
  await joined;
  assertEquals(clock.pending, 0);
  connection.close();
  listener.close();
});

Deno.test("a session of its own is configured by its first event", async () => {
  const heard: unknown[] = [];
  await using api = new FakeApi(upgraded((socket) => {
    socket.addEventListener("message", ({ data }) => {
      heard.push(JSON.parse(data));
      socket.send(created);
    });
  }));
  const link = await providerAt(api.origin).open({
    type: "realtime",
    model: "gpt x",
    instructions: "Be brief",
  }, never);
  link.send({ type: "response.create" });
  assertEquals(api.paths, ["GET /v1/realtime?model=gpt+x"]);
  await until(() => heard.length === 2);
  assertEquals(heard, [
    {
      type: "session.update",
      session: { type: "realtime", instructions: "Be brief" },
    },
    { type: "response.create" },
  ]);
  await link.close();
});

Deno.test("how the provider ended a link can be read from it", async () => {
  await using api = new FakeApi(upgraded((socket) => {
    socket.send(created);
    socket.close(4000, "invalid_request_error.beta_api_shape_disabled");
  }));
  const link = await providerAt(api.origin).attach("rtc_1", never);
  const types: string[] = [];
  for await (const { type } of link.events) types.push(type);
  assertEquals(types, ["session.created"]);
  assertEquals(await link.closed, {
    code: 4000,
    reason: "invalid_request_error.beta_api_shape_disabled",
  });
  link.send({ type: "response.create" });
  await link.close();
});
