import { assertEquals, assertObjectMatch, assertRejects } from "@std/assert";
import { FakeClock } from "parley/testing";
import {
  ScriptedPeer,
  type ScriptedPeerOptions,
} from "../../bench/support/scripted_peer.ts";
import type {
  RealtimeServerEvent,
  SessionConfig,
} from "../../lib/realtime/events.ts";
import type { ModelLink } from "../../lib/realtime/link.ts";
import { OpenAIProvider } from "../../lib/realtime/openai.ts";
import { ProviderError } from "../../lib/realtime/provider.ts";
import { never, until } from "../realtime/providers/fake_api.ts";

const SESSION: SessionConfig = {
  type: "realtime",
  model: "gpt-x",
  instructions: "Be brief",
  audio: { input: { transcription: { model: "t" } } },
  tools: [{ type: "function", name: "look", parameters: { type: "object" } }],
};

type Type = RealtimeServerEvent["type"];
type EventOf<Of extends Type> = Extract<RealtimeServerEvent, { type: Of }>;

/** Reads a link's events up to the first of this type; returns all of them. */
async function upTo(
  link: ModelLink,
  type: Type,
): Promise<RealtimeServerEvent[]> {
  const events: RealtimeServerEvent[] = [];
  for await (const event of link.events) {
    events.push(event);
    if (event.type === type) return events;
  }
  throw new Error(`The link ended before ${type}`);
}

/** The next event of this type; others are passed over. */
async function next<Of extends Type>(
  link: ModelLink,
  type: Of,
): Promise<EventOf<Of>> {
  return (await upTo(link, type)).at(-1) as EventOf<Of>;
}

const text = (words: string, id?: string) => ({
  type: "conversation.item.create" as const,
  item: {
    id,
    type: "message" as const,
    role: "user" as const,
    content: [{ type: "input_text" as const, text: words }],
  },
});

/** A peer, and a provider that reaches it. */
function setUp(options?: ScriptedPeerOptions) {
  const peer = new ScriptedPeer(options);
  const provider = new OpenAIProvider({
    title: "P",
    apiKey: "sk-test",
    baseUrl: `${peer.origin}/v1`,
  });
  const call = async () => {
    const { callId } = await provider.createCall("v=0\r\n", SESSION, never);
    const link = await provider.attach(callId, never);
    await next(link, "session.created");
    return { callId, link };
  };
  return { peer, provider, call };
}

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

Deno.test("an answer comes as the wire's events, in their order", async () => {
  const { peer, call } = setUp();
  await using _ = peer;
  const { link } = await call();
  link.send(text("Hi"));
  link.send({ type: "response.create" });
  const events = await upTo(link, "output_audio_buffer.stopped");
  const types = events.map(({ type }) => type);
  assertEquals(types, [
    "conversation.item.added",
    "conversation.item.done",
    "response.created",
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
    "response.output_audio_transcript.delta",
    "output_audio_buffer.started",
    "response.output_audio_transcript.delta",
    "response.output_audio_transcript.delta",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "response.output_item.done",
    "conversation.item.done",
    "response.done",
    "output_audio_buffer.stopped",
  ]);
  const { response } = events.at(-2) as EventOf<"response.done">;
  assertEquals(response.status, "completed");
  assertEquals((response.usage?.output_tokens ?? 0) > 0, true);
  await link.close();
});

Deno.test("calls are made, answered, and stand in the book", async () => {
  const { peer, call } = setUp();
  await using _ = peer;
  const { link } = await call();
  link.send(text("tools:look×2 {}"));
  link.send({ type: "response.create" });
  const first = await next(link, "response.function_call_arguments.done");
  const second = await next(link, "response.function_call_arguments.done");
  const { response } = await next(link, "response.done");
  assertEquals(
    response.output?.map((item) =>
      item.type === "function_call" && item.call_id
    ),
    [first.call_id, second.call_id],
  );
  assertEquals([first.name, first.arguments], ["look", "{}"]);
  const calls = [first.call_id, second.call_id];
  assertEquals(peer.figures().outputs, { [calls[0]!]: 0, [calls[1]!]: 0 });

  for (const call_id of [...calls, calls[0]!, "call_unknown"]) {
    const output = `The output of ${call_id}`;
    link.send({
      type: "conversation.item.create",
      item: { type: "function_call_output", call_id, output },
    });
  }
  const { error } = await next(link, "error");
  assertEquals([error.code, error.param], ["invalid_value", "item.call_id"]);
  link.send({ type: "response.create" });
  const { transcript } = await next(
    link,
    "response.output_audio_transcript.done",
  );
  assertEquals(
    transcript,
    `It says: ${
      [...calls, calls[0]].map((id) => `The output of ${id}`.slice(0, 40))
        .join("; ")
    }`,
  );
  await link.close();
  const book = await (await fetch(`${peer.origin}/book`)).json();
  assertEquals(book, peer.figures());
  assertObjectMatch(book, {
    // The question, two calls, three outputs and the answer.
    items: 7,
    responses: 2,
    errors: { invalid_value: 1 },
    outputs: { [calls[0]!]: 2, [calls[1]!]: 1 },
  });
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

Deno.test("there is one response at a time, and it can be cancelled", async () => {
  const clock = new FakeClock();
  const { peer, call } = setUp({ clock });
  await using _ = peer;
  const { link } = await call();
  link.send({ type: "response.cancel" });
  assertEquals(
    (await next(link, "error")).error.code,
    "response_cancel_not_active",
  );
  link.send(text("One two three"));
  link.send({ type: "response.create" });
  link.send({ type: "response.create" });
  assertEquals(
    (await next(link, "error")).error.code,
    "conversation_already_has_active_response",
  );
  await clock.advance(60);
  await next(link, "response.output_audio_transcript.delta");
  link.send({ type: "response.cancel" });
  // Answered when what came before it has been taken.
  link.send({ type: "input_audio_buffer.clear" });
  await next(link, "input_audio_buffer.cleared");
  await clock.advance(20);
  const { item } = await next(link, "response.output_item.done");
  assertObjectMatch(item, {
    status: "incomplete",
    content: [{ transcript: "You said:" }],
  });
  assertObjectMatch((await next(link, "response.done")).response, {
    status: "cancelled",
    status_details: { reason: "client_cancelled" },
  });
  await link.close();
});

Deno.test("what the person says aloud is a turn, and cuts the agent short", async () => {
  const clock = new FakeClock();
  const { peer, call } = setUp({ clock });
  await using _ = peer;
  const { callId, link } = await call();
  const hear = async (words: string) => {
    const response = await fetch(`${peer.origin}/hear/${callId}`, {
      method: "POST",
      body: JSON.stringify({ text: words }),
    });
    await response.body?.cancel();
    assertEquals(response.status, 200);
  };
  await hear("Good day");
  await clock.advance(60);
  const begun = await upTo(link, "output_audio_buffer.started");
  assertEquals(
    begun.map(({ type }) => type),
    [
      "input_audio_buffer.speech_started",
      "input_audio_buffer.speech_stopped",
      "input_audio_buffer.committed",
      "conversation.item.added",
      "conversation.item.done",
      "response.created",
      "conversation.item.input_audio_transcription.delta",
      "conversation.item.input_audio_transcription.completed",
      "response.output_item.added",
      "conversation.item.added",
      "response.content_part.added",
      "response.output_audio_transcript.delta",
      "response.output_audio_transcript.delta",
      "output_audio_buffer.started",
    ].filter((_, place) => place !== 12),
  );

  const heard = hear("Stop");
  await next(link, "input_audio_buffer.speech_started");
  await clock.advance(20);
  await heard;
  const cut = (await upTo(link, "input_audio_buffer.committed"))
    .map(({ type }) => type);
  assertEquals(cut.slice(cut.indexOf("response.done")), [
    "response.done",
    "output_audio_buffer.cleared",
    "conversation.item.truncated",
    "input_audio_buffer.speech_stopped",
    "input_audio_buffer.committed",
  ]);
  await clock.advance(200);
  assertObjectMatch(await next(link, "response.output_audio_transcript.done"), {
    transcript: "You said: Stop",
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
