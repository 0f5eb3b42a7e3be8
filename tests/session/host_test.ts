import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { ProviderError } from "../../lib/realtime/provider.ts";
import { testServices } from "../support/services.ts";
import { stop, withServer } from "./server.ts";

Deno.test("a conversation begins with ready and the greeting, and runs tools", async () => {
  const services = testServices();
  await withServer(services, async (open) => {
    const client = await open();
    client.send({ type: "start", agent: "weather" });
    const ready = await client.next();
    assertObjectMatch(ready, {
      type: "ready",
      agent: { name: "weather", title: "Weather Bot" },
      handshake: "ephemeral",
      clientSecret: "ek_test",
      callsUrl: "/calls",
      model: "parley-local",
    });
    assertMatch(ready.sessionId, /^sess_/);
    assertEquals(services.sessions.size, 1);
    assertEquals((await client.next("send")).event.type, "response.create");
    client.send({
      type: "event",
      event: { type: "response.created", response: {} },
    });
    client.send({
      type: "event",
      event: {
        type: "response.function_call_arguments.done",
        call_id: "c1",
        name: "echo",
        arguments: '{"words":"hello"}',
      },
    });
    // The model first: it waits.
    assertObjectMatch(await client.next(), {
      type: "send",
      event: { item: { type: "function_call_output", output: "hello" } },
    });
    assertObjectMatch(await client.next(), {
      type: "tool",
      callId: "c1",
      status: "running",
    });
    assertObjectMatch(await client.next(), {
      type: "tool",
      callId: "c1",
      status: "completed",
      output: "hello",
    });
    client.send({
      type: "event",
      event: { type: "response.done", response: {} },
    });
    assertEquals((await client.next("send")).event, {
      type: "response.create",
    });
    client.send({ type: "stop" });
    assertEquals(await client.next(), {
      type: "ended",
      code: "stopped",
      reason: "The browser ended the conversation",
    });
    assertEquals((await client.closed()).code, 1000);
  });
  assertMatch(
    services.lines.join("\n"),
    /"message":"A conversation ended".*"reason":"The browser ended the conversation"/,
  );
});

Deno.test("typed words become an item and a response", async () => {
  await withServer(testServices(), async (open) => {
    const client = await open();
    client.send({ type: "start" });
    await client.next("ready");
    await client.next("send");
    client.send({
      type: "event",
      event: { type: "response.done", response: {} },
    });
    client.send({ type: "text", text: "hello" });
    assertObjectMatch(await client.next("send"), {
      event: {
        type: "conversation.item.create",
        item: {
          role: "user",
          content: [{ type: "input_text", text: "hello" }],
        },
      },
    });
    assertEquals((await client.next("send")).event.type, "response.create");
    await stop(client);
  });
});

Deno.test("frames that do not fit are answered one by one, and cost nothing else", async () => {
  await withServer(testServices(), async (open) => {
    const client = await open();
    for (
      const [frame, reason] of [
        ["{", /no JSON: "\{"/],
        ["5", /does not fit/],
        [{ type: "dance" }, /"dance" does not fit at type/],
        [{ type: "text", text: "" }, /"text" does not fit at text/],
        [{ type: "event", event: {} }, /does not fit at event\.type/],
        [new Uint8Array(8), /Binary frames/],
        ["x".repeat(20 * 1024 * 1024), /has 20971520 characters/],
      ] as const
    ) {
      client.send(frame);
      const error = await client.next();
      assertObjectMatch(error, { type: "error", code: "bad_frame" });
      assertMatch(error.message, reason);
    }
    client.send({ type: "text", text: "hello" });
    assertEquals((await client.next()).code, "not_started");
    client.send({ type: "start", agent: "nobody" });
    const unknown = await client.next();
    assertEquals(unknown.code, "unknown_agent");
    assertMatch(unknown.message, /'nobody'.*weather/);
    client.send({ type: "start" });
    assertEquals((await client.next()).type, "ready");
    client.send({ type: "start" });
    assertEquals((await client.next("error")).code, "already_started");
    await stop(client);
  });
});

Deno.test("a client that sends nothing but nonsense is sent away", async () => {
  await withServer(testServices(), async (open) => {
    const client = await open();
    for (let time = 0; time < 10; time++) client.send("nonsense");
    assertEquals(await client.next("ended"), {
      type: "ended",
      code: "bad_frames",
      reason: "More than 9 frames could not be read",
    });
    await client.closed();
  });
});

Deno.test("a conversation whose browser sends nonsense is ended", async () => {
  await withServer(testServices(), async (open) => {
    const client = await open();
    client.send({ type: "start" });
    await client.next("ready");
    for (let time = 0; time < 10; time++) client.send("nonsense");
    assertEquals((await client.next("ended")).code, "bad_frames");
    await client.closed();
  });
});

Deno.test("a server that stops says so", async () => {
  const services = testServices();
  await withServer(services, async (open) => {
    const client = await open();
    client.send({ type: "start" });
    await client.next("ready");
    for (const { end } of services.sessions.values()) {
      await end("It is stopping");
    }
    assertEquals(await client.next("ended"), {
      type: "ended",
      code: "server_stopping",
      reason: "It is stopping",
    });
    await client.closed();
  });
});

Deno.test("a browser that leaves before its conversation stands leaves nothing behind", async () => {
  const services = testServices();
  let asked = () => {};
  const catalog = services.catalog;
  const given = Promise.withResolvers<void>();
  services.catalog = async () => {
    asked();
    await given.promise;
    return await catalog();
  };
  await withServer(services, async (open) => {
    const client = await open();
    const looked = new Promise<void>((resolve) => asked = resolve);
    client.send({ type: "start" });
    await looked;
    client.send({ type: "stop" });
    await client.closed();
    given.resolve();
  });
});

Deno.test("there are only so many places", async () => {
  const services = testServices();
  await withServer(services, async (open) => {
    const clients = await Promise.all([open(), open(), open()]);
    for (const client of clients) {
      client.send({ type: "start" });
      await client.next("ready");
    }
    const late = await open();
    late.send({ type: "start" });
    assertObjectMatch(await late.next(), {
      type: "error",
      code: "too_many_sessions",
      retryable: true,
    });
    await stop(clients[0]!);
    late.send({ type: "start" });
    await late.next("ready");
    for (const client of [late, clients[1]!, clients[2]!]) await stop(client);
  });
});

Deno.test("a provider's refusal is told, and one may try again", async () => {
  let tries = 0;
  const services = testServices();
  const { mintClientSecret } = services.provider;
  services.provider = {
    ...services.provider,
    mintClientSecret: (session, signal) =>
      ++tries > 1 ? mintClientSecret(session, signal) : Promise.reject(
        new ProviderError({
          code: "rate_limited",
          message: "P is limiting requests.",
          retryable: true,
        }),
      ),
  };
  await withServer(services, async (open) => {
    const client = await open();
    client.send({ type: "start" });
    assertEquals(await client.next(), {
      type: "error",
      code: "rate_limited",
      message: "P is limiting requests.",
      retryable: true,
    });
    client.send({ type: "start" });
    await client.next("ready");
    await stop(client);
  });
});

Deno.test("no log line holds a client secret, or a token to come back with", async () => {
  const services = testServices();
  let token = "";
  await withServer(services, async (open) => {
    const client = await open();
    client.send({ type: "start" });
    token = (await client.next("ready")).resumeToken;
    await stop(client);
  });
  assertEquals(services.lines.length > 0, true);
  assertEquals(services.lines.join().includes("ek_"), false);
  assertEquals(services.lines.join().includes(token), false);
});
