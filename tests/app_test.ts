import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startParley } from "./support/app.ts";
import { startGroup } from "./support/process_group.ts";
import { SocketClient } from "./support/socket_client.ts";

const HTML = { headers: { accept: "text/html" } };

Deno.test("the app as a stranger meets it", async (test) => {
  await using app = await startParley();
  const get = (path: string, init?: RequestInit) =>
    fetch(`${app.url}${path}`, init);

  await test.step("home is a page for browsers, JSON for programs", async () => {
    const page = await get("/", HTML);
    const html = await page.text();
    assertStringIncludes(html, "Weather Bot");
    assertStringIncludes(html, 'href="/start-chat?agent=translator"');
    const { message } = await (await get("/")).json();
    assertEquals(message, "Parley is running");
  });

  await test.step("the chat page is readable before any script has run", async () => {
    for (const path of ["/start-chat", "/start-chat/"]) {
      const page = await get(path, HTML);
      assertEquals(page.status, 200);
      const html = await page.text();
      assertStringIncludes(html, "<title>Weather Bot · Parley</title>");
      assertMatch(html, /<button[^>]*>.*Start conversation/);
      assertMatch(html, /role="status">Idle/);
      // The styles are in it, in their order, and nothing else is waited for.
      assertMatch(html, /color-scheme: .*\.conversation \{.*\.scroll \{/s);
      assertEquals(html.includes('rel="stylesheet"'), false);
    }
    const other = await (await get("/start-chat?agent=translator")).text();
    assertStringIncludes(other, "Voice Translator");
  });

  await test.step("an unknown agent is a 404 that lists the known", async () => {
    const page = await get("/start-chat?agent=%3Cb%3Enobody", HTML);
    assertEquals(page.status, 404);
    const html = await page.text();
    assertStringIncludes(
      html,
      "The agents are: concierge, translator, weather.",
    );
    assertEquals(html.includes("<b>nobody"), false);
  });

  await test.step("every answer has security headers, pages a strict policy", async () => {
    for (const path of ["/", "/start-chat", "/styles.css", "/api/status"]) {
      const response = await get(path, HTML);
      assertEquals(
        response.headers.get("x-content-type-options"),
        "nosniff",
        path,
      );
      await response.body?.cancel();
    }
    for (const path of ["/nowhere", "/start-chat?agent=nobody"]) {
      const response = await get(path, HTML);
      assertEquals(response.status, 404);
      assertEquals(
        response.headers.get("x-content-type-options"),
        "nosniff",
        path,
      );
      await response.body?.cancel();
    }
    const page = await get("/start-chat", HTML);
    const policy = page.headers.get("content-security-policy") ?? "";
    assertMatch(policy, /script-src 'self' 'nonce-[0-9a-f]+'/);
    assertMatch(policy, /connect-src 'self'(;|$)/);
    assertEquals(policy.includes("unsafe"), false);
    await page.body?.cancel();
  });

  await test.step("what is text comes packed to whoever can unpack it", async () => {
    const page = await get("/start-chat", HTML);
    const [script] = /\/_fresh\/js\/[^"]+/.exec(await page.text())!;
    for (const path of ["/start-chat", "/styles.css", script, "/api/status"]) {
      for (const [accepted, encoding] of [["br", "br"], ["identity", null]]) {
        const { headers, body } = await get(path, {
          headers: { accept: "text/html", "accept-encoding": accepted! },
        });
        await body?.cancel();
        assertEquals(headers.get("content-encoding"), encoding, path);
        const varies = /accept-encoding/i.test(headers.get("vary") ?? "");
        assertEquals(varies, encoding !== null, path);
      }
    }
    const style = await get("/styles.css");
    await style.body?.cancel();
    const etag = style.headers.get("etag")!;
    const again = await get("/styles.css", {
      headers: { "if-none-match": etag },
    });
    assertEquals(again.status, 304);
    // What comes in live pieces is not held back for a better packing.
    const all = await get("/api/conversations/export");
    assertEquals(all.headers.get("content-encoding"), null);
    await all.body?.cancel();
  });

  await test.step("the status", async () => {
    const status = await (await get("/api/status")).json();
    assertEquals(
      { ...status, uptimeSeconds: 0 },
      {
        status: "ok",
        version: "0.1.0",
        provider: "local",
        handshake: "server",
        agents: [
          { name: "concierge", title: "Concierge" },
          { name: "translator", title: "Voice Translator" },
          { name: "weather", title: "Weather Bot" },
        ],
        faults: [],
        sessions: 0,
        uptimeSeconds: 0,
      },
    );
  });

  await test.step("/session says what it is to whoever does not upgrade", async () => {
    const response = await get("/session");
    assertEquals(response.status, 426);
    assertStringIncludes((await response.json()).error, "parley.v1");
  });

  await test.step("AG2's wire gets a secret that opens the embedded peer", async () => {
    const client = await SocketClient.open(
      `${app.url.replace("http", "ws")}/session?agent=translator`,
    );
    const { config, init } = await client.next("ag2.init");
    assertMatch(config.client_secret.value, /^ek_/);
    assertEquals(init[0].type, "response.create");
    const refused = await get("/local/v1/realtime/calls", {
      method: "POST",
      headers: {
        authorization: `Bearer ${config.client_secret.value}`,
        "content-type": "application/sdp",
      },
      body: "not an offer",
    });
    assertEquals(refused.status, 400);
    assertMatch((await refused.json()).error.message, /no SDP/);
    client.send({
      type: "response.function_call_arguments.done",
      call_id: "c1",
      name: "translate",
      arguments: '{"text":"good morning","language":"French"}',
    });
    const { item } = await client.next("conversation.item.create");
    assertMatch(item.output, /bonjour/);
    await client.close();
  });

  await test.step("nothing of a key or a secret is in the log", () => {
    assertEquals(/ek_|sk-/.test(app.logs()), false);
  });
});

Deno.test("a wrong setting stops the start with one line that names it", async () => {
  const app = startGroup(["run", "-A", "main.ts"], {
    cwd: new URL("../", import.meta.url),
    env: { PORT: "eighty", NO_COLOR: "1" },
  });
  await app.hasWritten("Parley can't start");
  await app.end(5000);
  assertEquals(
    app.logs().trim(),
    "Parley can't start: PORT=eighty is not a whole number",
  );
});

Deno.test("a port that is taken stops the start with one line that names it", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const app = startGroup(["task", "start"], {
    cwd: new URL("../", import.meta.url),
    env: {
      HOST: "127.0.0.1",
      PORT: String(taken.addr.port),
      REALTIME_PROVIDER: "local",
      NO_COLOR: "1",
    },
  });
  const said = await app.hasWritten(
    `Parley can't start: something else listens on 127.0.0.1:${taken.addr.port}.`,
  );
  await app.end(5000);
  assertEquals(said, true, app.logs());
});
