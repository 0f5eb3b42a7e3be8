import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import type { Turn } from "../lib/realtime/turns.ts";
import type {
  Conversation,
  ConversationHeader,
} from "../lib/store/conversation_store.ts";
import { KvStore } from "../lib/store/kv_store.ts";
import { header } from "./store/stores.ts";
import { ended, once, timeless, Typist } from "./store/typist.ts";
import { startParley } from "./support/app.ts";
import { SocketClient } from "./support/socket_client.ts";

const QUESTION = "What's the weather like in Rome?";

Deno.test("past conversations, as pages and as JSON", async (test) => {
  await using app = await startParley();
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url}${path}`, { headers });
  const html = async (path: string, headers?: Record<string, string>) =>
    await (await get(path, headers)).text();

  const status = async (path: string) => {
    const response = await get(path);
    await response.body?.cancel();
    return response.status;
  };

  await test.step("at first there are none, and the page says how to begin", async () => {
    const list = await html("/conversations");
    assertStringIncludes(list, "<title>Past conversations · Parley</title>");
    assertMatch(
      list,
      /There are no conversations yet\. <a href="\/start-chat">/,
    );
    assertNotMatch(list, /Export all/);
    assertEquals(await (await get("/api/conversations")).json(), {
      conversations: [],
    });
    assertEquals(await (await get("/api/conversations/export")).text(), "");
  });

  const typist = await Typist.start(app);
  await test.step("one that goes on is listed as such", async () => {
    await once<{ turnCount: number }>(
      app,
      `/api/conversations/${typist.id}`,
      ({ turnCount }) => turnCount === 1,
    );
    const list = await html("/conversations");
    assertMatch(list, /Nothing recorded from you.*Weather Bot.*going on/);
  });

  await test.step("what the page showed is in the store, in the same order", async () => {
    await typist.ask(QUESTION, "The weather in Rome is cloudy");
    await typist.stop();
    const conversation = await ended(app, typist.id);
    assertEquals(
      timeless(conversation.turns),
      JSON.parse(JSON.stringify(timeless(typist.turns))),
    );
    assertEquals(conversation.turns.map(({ kind }) => kind), [
      "message",
      "message",
      "tool",
      "message",
    ]);
    assertObjectMatch(conversation, {
      agent: { name: "weather", title: "Weather Bot" },
      provider: "local",
      preview: QUESTION,
      turnCount: 4,
      usage: { costUsd: 0 },
    });
    assert(conversation.usage.outputTokens > 0);
    assert(conversation.endedAt! >= conversation.startedAt);
    const { conversations } = await (await get("/api/conversations")).json();
    const { turns: _, ...header } = conversation;
    assertEquals(conversations, [header]);
  });

  await test.step("the list links to it", async () => {
    const list = await html("/conversations");
    assertMatch(list, /What.{1,6}s the weather like in Rome\?/);
    assertStringIncludes(list, `href="/conversations/${typist.id}"`);
    assertMatch(list, /4 turns/);
    assertMatch(list, /<time datetime="20\d\d-[^"]+Z">/i);
    const german = await html("/conversations", { "accept-language": "de" });
    assertMatch(german, /<html lang="de">.*4 Beiträge/);
  });

  await test.step("its page shows turns, tools, usage and why it ended", async () => {
    const page = await html(`/conversations/${typist.id}`);
    assertStringIncludes(
      page,
      "<title>Conversation with Weather Bot · Parley</title>",
    );
    for (
      const pattern of [
        /href="\/transcript\.css.*href="\/past\.css/,
        /How can I help you\?/,
        /<details class="tool completed"><summary>.*get_weather/,
        /&quot;location&quot;: &quot;Rome&quot;/,
        /The weather in Rome is cloudy/,
        /\d+ ms/,
        /<dt>Ended<\/dt>/,
        /<dd>The embedded peer<\/dd>/,
        /Tokens out<\/th><td>\d+/,
        /\$0\.00/,
      ]
    ) assertMatch(page, pattern);
    assertStringIncludes(page, `href="/api/conversations/${typist.id}"`);
    assertNotMatch(page, /<script/);
  });

  await test.step("an unknown one is a 404 that names it", async () => {
    const page = await get("/conversations/%3Cb%3Enone", {
      "accept-language": "de",
    });
    assertEquals(page.status, 404);
    assertStringIncludes(
      await page.text(),
      "Es gibt kein Gespräch „&lt;b>none“",
    );
    const api = await get("/api/conversations/none");
    assertEquals(api.status, 404);
    assertMatch((await api.json()).error, /no conversation 'none'/);
    assertEquals(await status(`/conversations/${"x".repeat(5_000)}`), 404);
  });

  await test.step("a cursor that is none is named", async () => {
    const response = await get("/api/conversations?cursor=tomorrow");
    assertEquals(response.status, 400);
    assertMatch((await response.json()).error, /^cursor=tomorrow is none/);
    assertEquals(await status("/conversations?cursor=tomorrow"), 200);
  });

  await test.step("other sites can't delete anything", async () => {
    for (
      const headers of [
        { "sec-fetch-site": "cross-site", origin: "https://elsewhere.test" },
        { origin: "https://elsewhere.test" },
      ] as Record<string, string>[]
    ) {
      const form = await fetch(
        `${app.url}/conversations/${typist.id}/delete`,
        { method: "POST", headers },
      );
      assertEquals(form.status, 403);
      await form.body?.cancel();
      const api = await fetch(
        `${app.url}/api/conversations/${typist.id}`,
        { method: "DELETE", headers },
      );
      assertEquals(api.status, 403);
      assertMatch((await api.json()).error, /other sites are refused/);
    }
    assertEquals(await status(`/conversations/${typist.id}`), 200);
  });

  await test.step("the form on the page deletes it", async () => {
    const page = await html(`/conversations/${typist.id}`);
    const [, action] = /<details[^>]*>.*<form method="post" action="([^"]+)"/
      .exec(page) ?? [];
    assertEquals(action, `/conversations/${typist.id}/delete`);
    // A second press of the button finds it gone, and is no error.
    for (let press = 0; press < 2; press++) {
      const response = await fetch(`${app.url}${action}`, {
        method: "POST",
        headers: { "sec-fetch-site": "same-origin", origin: app.url },
        redirect: "manual",
      });
      assertEquals(response.status, 303);
      assertEquals(response.headers.get("location"), "/conversations");
      await response.body?.cancel();
    }
    assertEquals(await status(`/conversations/${typist.id}`), 404);
    assertMatch(await html("/conversations"), /There are no conversations yet/);
  });

  await test.step("one that is deleted while it goes on stays deleted", async () => {
    const other = await Typist.start(app);
    const address = `${app.url}/api/conversations/${other.id}`;
    const deleted = await fetch(address, { method: "DELETE" });
    assertEquals(deleted.status, 204);
    await other.ask(QUESTION, "The weather in Rome is cloudy");
    await other.stop();
    const again = await fetch(address, { method: "DELETE" });
    assertEquals(again.status, 404);
    assertStringIncludes((await again.json()).error, other.id);
  });

  await test.step("the list has pages", async () => {
    for (let time = 0; time < 21; time++) {
      const client = await SocketClient.open(
        `${app.url.replace("http", "ws")}/session?agent=translator`,
      );
      await client.next("ag2.init");
      await client.close();
    }
    const links = (list: string) =>
      [...list.matchAll(/href="\/conversations\/(\w+)"/g)].map(([, id]) => id);
    const page = await once<
      { conversations: ConversationHeader[]; cursor?: string }
    >(app, "/api/conversations", ({ cursor }) => cursor !== undefined);
    const first = await html("/conversations");
    assertEquals(links(first).length, 20);
    assertNotMatch(first, />Newest</);
    const [, older] = /<a rel="next" href="([^"]+)">Older/.exec(first) ?? [];
    const second = await html(older!);
    assertEquals(links(second).length, 1);
    assertMatch(second, /<a href="\/conversations">Newest/);
    assertNotMatch(second, />Older</);

    const rest = await get(`/api/conversations?cursor=${page.cursor}`);
    const { conversations, cursor } = await rest.json();
    assertEquals(cursor, undefined);
    const ids = [...page.conversations, ...conversations].map(({ id }) => id);
    assertEquals(ids, [...links(first), ...links(second)]);
    assertEquals(new Set(ids).size, 21);
  });

  await test.step("all of them, over all pages, are a file to take along", async () => {
    const list = await html("/conversations");
    const [, address] = /<a href="([^"]+)">Export all</.exec(list) ?? [];
    assertMatch(
      await html("/conversations", { "accept-language": "de" }),
      />Alle exportieren</,
    );
    const response = await get(address!);
    assertEquals(response.headers.get("content-type"), "application/x-ndjson");
    assertEquals(
      response.headers.get("content-disposition"),
      'attachment; filename="conversations.ndjson"',
    );
    const lines = (await response.text()).split("\n");
    assertEquals(lines.pop(), "");
    const kept: Conversation[] = lines.map((line) => JSON.parse(line));
    assertEquals(kept.length, 21);
    assertEquals(
      kept.map(({ startedAt }) => startedAt),
      kept.map(({ startedAt }) => startedAt).toSorted((a, b) => b - a),
    );
    const { id } = kept[20]!;
    assertEquals(
      kept[20],
      await (await get(`/api/conversations/${id}`)).json(),
    );
  });
});

Deno.test("a server that is stopped keeps what was said, for the next one to go on with", async () => {
  const folder = await Deno.makeTempDir({ prefix: "parley-kv-" });
  const env = { KV_PATH: `${folder}/kv.sqlite3` };
  let id: string;
  let turns: readonly Turn[];
  {
    await using app = await startParley({ env });
    const typist = await Typist.start(app);
    await typist.ask(QUESTION, "The weather in Rome is cloudy");
    ({ id, turns } = typist);
    assertNotMatch(app.logs(), /kept in memory/);
  }
  {
    await using app = await startParley({ env });
    const answer = await fetch(`${app.url}/api/conversations/${id}`);
    const conversation = await answer.json();
    assertEquals(
      timeless(conversation.turns),
      JSON.parse(JSON.stringify(timeless(turns))),
    );
    assertEquals(conversation.endCode, undefined, "its page may come back");
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a server that keeps conversations for some days deletes older ones when it starts", async () => {
  const folder = await Deno.makeTempDir({ prefix: "parley-kv-" });
  const env = { KV_PATH: `${folder}/kv.sqlite3`, RETENTION_DAYS: "30" };
  const store = new KvStore(await Deno.openKv(env.KV_PATH));
  const daysAgo = (days: number) => Date.now() - days * 24 * 60 * 60 * 1000;
  await store.begin(header("old", { startedAt: daysAgo(31) }));
  await store.begin(header("young", { startedAt: daysAgo(29) }));
  store.close();
  {
    await using app = await startParley({ env });
    const { conversations } = await once<
      { conversations: ConversationHeader[] }
    >(app, "/api/conversations", (page) => page.conversations.length < 2);
    assertEquals(conversations.map(({ id }) => id), ["young"]);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("strangers can't export anything", async () => {
  const ACCESS_TOKEN = "a token of enough characters";
  await using app = await startParley({ env: { ACCESS_TOKEN } });
  const address = `${app.url}/api/conversations/export`;
  const refused = await fetch(address);
  assertEquals(refused.status, 401);
  assertMatch((await refused.json()).error, /access token is missing/);
  const response = await fetch(address, {
    headers: { authorization: `Bearer ${ACCESS_TOKEN}` },
  });
  assertEquals(response.status, 200);
  assertEquals(await response.text(), "");
});
