import { assertEquals, assertObjectMatch, assertRejects } from "@std/assert";
import { FakeClock } from "parley/testing";
import { ProviderError } from "../../lib/realtime/provider.ts";
import { never, until } from "../realtime/providers/fake_api.ts";
import { next, SESSION, setUp, text, upTo } from "./scripted_talk.ts";

Deno.test("a call goes on whoever is on it, until it is hung up", async () => {
  const { peer, provider, call } = setUp();
  await using _ = peer;
  const { callId, link } = await call();
  const other = await provider.attach(callId, never);
  const { session } = await next(other, "session.created");
  assertObjectMatch(session, { model: "gpt-x", instructions: "Be brief" });
  assertEquals(peer.figures().open, { [callId]: 2 });

  link.send(text("Good day"));
  link.send({ type: "response.create" });
  assertEquals(
    await upTo(link, "output_audio_buffer.stopped"),
    await upTo(other, "output_audio_buffer.stopped"),
  );
  await link.close();
  await other.close();
  await until(() => peer.figures().open[callId] === 0);

  const back = await provider.attach(callId, never);
  back.send({ type: "response.create" });
  assertObjectMatch(await next(back, "response.output_audio_transcript.done"), {
    transcript: "You said: Good day",
  });
  await provider.hangup(callId);
  assertEquals((await back.closed)?.code, 1001);
  assertEquals(peer.figures().open, {});
  await provider.hangup(callId);
});

Deno.test("items stand where they were put, each id once", async () => {
  const { peer, call } = setUp();
  await using _ = peer;
  const { link } = await call();
  link.send(text("Two", "item_2"));
  link.send({ ...text("One", "item_1"), previous_item_id: "root" });
  link.send({ ...text("One again", "item_1"), event_id: "event_mine" });
  const { error } = await next(link, "error");
  assertEquals(
    [error.code, error.param, error.event_id],
    ["invalid_value", "item.id", "event_mine"],
  );
  link.send(text("Three", "item_3"));
  assertEquals(
    (await next(link, "conversation.item.added")).previous_item_id,
    "item_2",
  );
  link.send({ type: "conversation.item.delete", item_id: "item_2" });
  assertEquals(
    (await next(link, "conversation.item.deleted")).item_id,
    "item_2",
  );
  link.send({ type: "conversation.item.retrieve", item_id: "item_1" });
  assertObjectMatch((await next(link, "conversation.item.retrieved")).item, {
    id: "item_1",
    content: [{ text: "One" }],
  });
  link.send(text("Four", "item_4"));
  assertEquals(
    (await next(link, "conversation.item.added")).previous_item_id,
    "item_3",
  );
  link.send({ type: "conversation.item.retrieve", item_id: "item_2" });
  assertEquals((await next(link, "error")).error.code, "item_not_found");
  link.send({
    type: "session.update",
    session: { type: "realtime", tools: [] },
  });
  assertObjectMatch((await next(link, "session.updated")).session, {
    tools: [],
    instructions: "Be brief",
  });
  await link.close();
});

Deno.test("a session without a call ends with its socket", async () => {
  const { peer, provider } = setUp();
  await using _ = peer;
  const link = await provider.open(SESSION, never);
  assertObjectMatch((await next(link, "session.created")).session, {
    model: "gpt-x",
    instructions: "",
  });
  assertObjectMatch((await next(link, "session.updated")).session, {
    instructions: "Be brief",
  });
  link.send(text("Hi"));
  link.send({ type: "response.create" });
  const events = await upTo(link, "response.done");
  assertEquals(
    events.some(({ type }) => type.startsWith("output_audio_buffer.")),
    false,
  );
  assertEquals(Object.values(peer.figures().open), [1]);
  await link.close();
  await until(() => Object.keys(peer.figures().open).length === 0);
});

Deno.test("what does not fit the wire is refused, and the session goes on", async () => {
  const { peer, provider, call } = setUp();
  await using _ = peer;
  const refused = async (path: string, init?: RequestInit) => {
    const response = await fetch(peer.origin + path, init);
    return [response.status, (await response.json()).error.code];
  };
  const headers = { authorization: "Bearer sk-test" };
  assertEquals(await refused("/v1/realtime"), [401, "missing_api_key"]);
  assertEquals(await refused("/v1/other", { headers }), [404, "unknown_url"]);
  assertEquals(
    await refused("/v1/realtime?call_id=rtc_1", { headers }),
    [404, "call_not_found"],
  );
  assertEquals(
    await refused("/v1/realtime/calls", {
      method: "POST",
      headers,
      body: new FormData(),
    }),
    [400, "missing_required_parameter"],
  );
  const strange = { ...SESSION, temperature: 1 };
  await assertRejects(
    () => provider.createCall("v=0\r\n", strange, never),
    ProviderError,
    "Unknown parameter: 'session.temperature'",
  );

  const { link } = await call();
  link.send({ type: "dance" } as never);
  assertEquals((await next(link, "error")).error.param, "type");
  link.send(text("Hi"));
  await next(link, "conversation.item.done");
  await link.close();
});

Deno.test("requests to the provider take as long as they are told to", async () => {
  const clock = new FakeClock();
  const { peer, provider } = setUp({ clock, delayMs: 300 });
  await using _ = peer;
  const waiting = clock.set(300);
  const minted = provider.mintClientSecret(SESSION, never);
  await waiting;
  let answered = false;
  void minted.then(() => answered = true);
  await clock.advance(299);
  assertEquals(
    (await fetch(`${peer.origin}/book`).then((r) => r.json())).items,
    0,
  );
  assertEquals(answered, false);
  await clock.advance(1);
  assertEquals((await minted).value.startsWith("ek_"), true);
});
