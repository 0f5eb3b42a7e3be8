import { assertEquals, assertStringIncludes } from "@std/assert";
import { ScriptedPage } from "../../bench/support/scripted_page.ts";
import { ScriptedPeer } from "../../bench/support/scripted_peer.ts";
import { readConfig } from "../../lib/config.ts";
import { OpenAIProvider } from "../../lib/realtime/openai.ts";
import { hostSession } from "../../lib/session/page_socket.ts";
import { until } from "../realtime/providers/fake_api.ts";
import { testServices } from "../support/services.ts";

/** Conversations at once; `bench/soak.ts` has more of them, and for longer. */
const CONVERSATIONS = 50;
const CALLS = 3;

Deno.test("50 conversations at once get every tool answered, once", async () => {
  await using peer = new ScriptedPeer();
  const provider = new OpenAIProvider({
    title: "The scripted peer",
    apiKey: "sk-test",
    baseUrl: `${peer.origin}/v1`,
  });
  const hangUps: Promise<void>[] = [];
  const hangup = provider.hangup.bind(provider);
  provider.hangup = (callId) => {
    hangUps.push(hangup(callId));
    return hangUps.at(-1)!;
  };
  const services = testServices({
    config: readConfig({ MAX_SESSIONS: String(CONVERSATIONS) }),
    provider,
  });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => hostSession(request, services),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;

  const pages = await Promise.all(
    Array.from(
      { length: CONVERSATIONS },
      (_, number) =>
        ScriptedPage.open(url, {
          transport: number % 2 === 0 ? "webrtc" : "socket",
        }),
    ),
  );
  assertEquals(services.sessions.size, CONVERSATIONS);
  assertEquals(Object.keys(peer.figures().open).length, CONVERSATIONS);
  await Promise.all(pages.map(async (page, number) => {
    // Words that interrupt the greeting would be another test.
    await page.heard(1);
    for (let call = 0; call < CALLS; call++) {
      const words = `${number} says ${call}`;
      assertStringIncludes(
        await page.say(`tool:echo ${JSON.stringify({ words })}`),
        words,
      );
    }
    assertStringIncludes(await page.say("Thank you"), "Thank you");
  }));
  await Promise.all(pages.map((page) => page.stop()));
  await until(() => Object.keys(peer.figures().open).length === 0);
  await Promise.all(hangUps);
  await server.shutdown();

  for (const { errors, ended, tools, turns } of pages) {
    assertEquals(errors, []);
    assertEquals(ended?.code, "stopped");
    assertEquals(
      tools.map(({ status }) => status),
      Array.from({ length: CALLS }, () => ["running", "completed"]).flat(),
    );
    // The greeting; a question, a tool and an answer each time; the thanks.
    assertEquals(turns.length, 1 + 3 * CALLS + 2);
  }
  const { outputs, errors } = peer.figures();
  assertEquals(Object.keys(outputs).length, CONVERSATIONS * CALLS);
  assertEquals(new Set(Object.values(outputs)), new Set([1]));
  assertEquals(errors, {});
  assertEquals(services.sessions.size, 0);
});
