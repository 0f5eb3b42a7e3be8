import { assertEquals, assertRejects } from "@std/assert";
import { PromptSocket } from "../../bench/support/prompt_socket.ts";
import { ScriptedPage } from "../../bench/support/scripted_page.ts";
import { ScriptedPeer } from "../../bench/support/scripted_peer.ts";
import { readConfig } from "../../lib/config.ts";
import { OpenAIProvider } from "../../lib/realtime/openai.ts";
import { hostSession } from "../../lib/session/page_socket.ts";
import { until } from "../realtime/providers/fake_api.ts";
import { freePort } from "../support/app.ts";
import { testServices } from "../support/services.ts";

Deno.test("a page holds the call itself where the handshake wants it to", async () => {
  await using peer = new ScriptedPeer();
  const services = testServices({
    config: readConfig({ REALTIME_HANDSHAKE: "ephemeral" }),
    provider: new OpenAIProvider({
      title: "The scripted peer",
      apiKey: "sk-test",
      baseUrl: `${peer.origin}/v1`,
    }),
  });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => hostSession(request, services),
  );
  const page = await ScriptedPage.open(
    `http://127.0.0.1:${server.addr.port}`,
    { prompt: true },
  );
  await page.heard(1);
  assertEquals(
    await page.say('tool:echo {"words":"Over the page"}'),
    "It says: Over the page",
  );
  // The answer is there as soon as the page has heard it.
  await until(() => page.turns.length === 4);
  assertEquals(
    page.turns.map((turn) => turn.kind === "message" ? turn.role : turn.kind),
    ["assistant", "user", "tool", "assistant"],
  );
  const { outputs, outputMs } = peer.figures();
  assertEquals(Object.values(outputs), [1]);
  assertEquals(Object.keys(outputMs), Object.keys(outputs));
  assertEquals(Object.values(outputMs).every((ms) => ms > 0), true);

  await page.stop();
  // Its call ends with it.
  await until(() => Object.keys(peer.figures().open).length === 0);
  assertEquals(page.errors, []);
  await server.shutdown();
});

Deno.test("a page that can't connect says so, however it sends", async () => {
  const url = `http://127.0.0.1:${freePort()}`;
  for (const prompt of [true, false]) {
    await assertRejects(
      () => ScriptedPage.open(url, { prompt }),
      Error,
      "No ready: The connection is closed",
    );
  }
});

Deno.test("a prompt socket takes frames of every length, both ways", async () => {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request, {
        protocol: "echo",
      });
      socket.addEventListener("message", ({ data }) => socket.send(data));
      return response;
    },
  );
  const texts = [0, 1, 125, 126, 65_535, 65_536, 200_000]
    .map((length) => "ä".repeat(length / 2) + "x".repeat(length % 2));
  const heard: string[] = [];
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const socket = new PromptSocket(
    new URL(`ws://127.0.0.1:${server.addr.port}/`),
    "echo",
    {
      open: () => texts.forEach((text) => socket.send(text)),
      message: (text) => {
        if (heard.push(text) === texts.length) socket.close();
      },
      close,
    },
  );
  await closed;
  assertEquals(heard, texts);
  await server.shutdown();
});
