import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ProviderError } from "../../lib/realtime/provider.ts";
import { hostAg2Session } from "../../lib/session/ag2.ts";
import type { Services } from "../../lib/services.ts";
import { testServices } from "../support/services.ts";
import { SocketClient } from "../support/socket_client.ts";

async function withServer(
  services: Services,
  test: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      const agent = new URL(request.url).searchParams.get("agent") ?? undefined;
      return hostAg2Session(request, agent, services);
    },
  );
  try {
    await test(`127.0.0.1:${server.addr.port}/session`);
  } finally {
    await server.shutdown();
  }
}

const functionCall = (name: string, args: string, call_id: string) => ({
  type: "response.function_call_arguments.done",
  event_id: "event_1",
  response_id: "resp_1",
  item_id: `item_${call_id}`,
  output_index: 0,
  call_id,
  name,
  arguments: args,
});

/** The next output of a function call. */
async function output(client: SocketClient): Promise<string> {
  const { item } = await client.next("conversation.item.create");
  assertEquals(item.type, "function_call_output");
  return item.output;
}

Deno.test("a client of AG2's wire gets its secret, and no more than it needs", async () => {
  const services = testServices();
  await withServer(services, async (url) => {
    const client = await SocketClient.open(`ws://${url}`);
    const first = await client.next();
    assertEquals(first, {
      type: "ag2.init",
      config: {
        model: "parley-local",
        client_secret: { value: "ek_test", expires_at: 2_000_000_000 },
      },
      init: [{
        type: "response.create",
        response: {
          instructions:
            'Say exactly this and nothing else: "How can I help you?"',
        },
      }],
    });
    assertEquals(JSON.stringify(first).includes("secret recipe"), false);
    await client.close();
  });
  assertEquals(services.sessions.size, 0);
});

Deno.test("function calls over AG2's wire are answered, whatever is wrong with them", async () => {
  await withServer(testServices(), async (url) => {
    const client = await SocketClient.open(`ws://${url}`);
    await client.next("ag2.init");
    // The client forwards deltas too; they must do no harm.
    client.send({
      type: "response.function_call_arguments.delta",
      call_id: "c1",
      delta: '{"wo',
    });
    client.send(functionCall("echo", '{"words":"hello"}', "c1"));
    assertEquals(await output(client), "hello");
    assertEquals((await client.next()).type, "response.create");

    client.send(functionCall("nothing", "{}", "c2"));
    assertMatch(await output(client), /no tool 'nothing'/);
    await client.next("response.create");

    client.send(functionCall("echo", '{"words":', "c3"));
    assertMatch(await output(client), /are no JSON/);
    await client.next("response.create");

    client.send(functionCall("broken", "{}", "c4"));
    assertMatch(await output(client), /The disk is full/);
    await client.next("response.create");

    client.send(functionCall("echo", '{"words":"still here"}', "c5"));
    assertEquals(await output(client), "still here");
    await client.next("response.create");
    await client.close();
  });
});

Deno.test("calls made together share one response", async () => {
  await withServer(testServices(), async (url) => {
    const client = await SocketClient.open(`ws://${url}`);
    await client.next("ag2.init");
    client.send(functionCall("echo", '{"words":"a"}', "c1"));
    client.send(functionCall("echo", '{"words":"b"}', "c2"));
    const types = [
      await client.next(),
      await client.next(),
      await client.next(),
    ].map(({ type }) => type);
    assertEquals(types, [
      "conversation.item.create",
      "conversation.item.create",
      "response.create",
    ]);
    client.send(functionCall("echo", '{"words":"c"}', "c3"));
    assertEquals(await output(client), "c", "no second response came between");
    await client.close();
  });
});

Deno.test("what can't be read on AG2's wire is said, and costs nothing else", async () => {
  await withServer(testServices(), async (url) => {
    const client = await SocketClient.open(`ws://${url}`);
    await client.next("ag2.init");
    for (const message of ["{", "null", "5", "[]", new Uint8Array(3)]) {
      client.send(message);
      assertEquals((await client.next()).type, "error");
    }
    client.send("x".repeat(20 * 1024 * 1024));
    assertEquals((await client.next()).type, "error");
    // A function event without its fields can't be answered: there is no call.
    client.send({ type: "response.function_call_arguments.done" });
    client.send(functionCall("echo", '{"words":"still here"}', "c1"));
    assertEquals(await output(client), "still here");
    await client.close();
  });
});

Deno.test("events that lack what is read of them are told of, and cost nothing", async () => {
  await withServer(testServices(), async (url) => {
    const client = await SocketClient.open(`ws://${url}`);
    await client.next("ag2.init");
    for (let time = 0; time < 20; time++) {
      client.send({ type: "response.function_call_arguments.done" });
      const { error } = await client.next();
      assertEquals(error.code, "invalid_value");
      assertMatch(error.message, /lacks a field/);
    }
    client.send(functionCall("echo", '{"words":"still here"}', "c1"));
    assertEquals(await output(client), "still here");
    await client.close();
  });
});

Deno.test("an unknown agent is refused, with the known ones", async () => {
  await withServer(testServices(), async (url) => {
    const response = await fetch(`http://${url}?agent=nobody`);
    assertEquals(response.status, 404);
    assertStringIncludes(
      (await response.json()).error,
      "There is no agent 'nobody'. The agents are: weather.",
    );
  });
});

Deno.test("a provider that refuses closes the socket with the reason", async () => {
  const services = testServices({
    provider: {
      ...testServices().provider,
      mintClientSecret: () =>
        Promise.reject(
          new ProviderError({
            code: "key_rejected",
            message: "P rejected the key. " + "é".repeat(100),
            retryable: false,
          }),
        ),
    },
  });
  await withServer(services, async (url) => {
    const client = await SocketClient.open(`ws://${url}`);
    const { code, reason } = await client.closed();
    assertEquals(code, 1011);
    assertMatch(reason, /^P rejected the key\. é+$/);
  });
  assertEquals(services.sessions.size, 0);
});
