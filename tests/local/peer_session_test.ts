import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { Playback } from "../../lib/local/playback.ts";
import { PeerSession } from "../../lib/local/peer_session.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  SessionConfig,
} from "../../lib/realtime/events.ts";
import { sayExactly } from "../../lib/realtime/examples.ts";
import { FakeClock, settle } from "parley/testing";
import { FakeHearing, fakeSpeaking } from "./fake_audio.ts";

const WEATHER: SessionConfig = {
  type: "realtime",
  model: "some-model",
  instructions: "You tell the weather",
  audio: { input: { transcription: { model: "any" } } },
  tools: [{
    type: "function",
    name: "get_weather",
    description:
      'Get the weather\nPeople ask for this by saying, for example: "what\'s the weather like in {location}".',
    parameters: {
      type: "object",
      properties: { location: { type: "string", examples: ["Rome"] } },
    },
  }],
};

/** A session on a fake clock with fake ears and voice, and what it reported. */
function openSession(config: SessionConfig = WEATHER, packets = 10) {
  const clock = new FakeClock();
  const hearing = new FakeHearing();
  const events: RealtimeServerEvent[] = [];
  const sent: number[] = [];
  const ended: string[] = [];
  const session = new PeerSession({
    config,
    hearing,
    speaking: fakeSpeaking(packets),
    clock,
    output: (emit) =>
      new Playback({
        packet: () => void sent.push(clock.now()),
        started: ({ responseId }) =>
          emit({
            type: "output_audio_buffer.started",
            response_id: responseId,
          }),
        stopped: ({ responseId }) =>
          emit({
            type: "output_audio_buffer.stopped",
            response_id: responseId,
          }),
      }, clock),
    ended: (reason) => void ended.push(reason),
  });
  session.subscribe((event) => events.push(event));
  return {
    clock,
    hearing,
    session,
    sent,
    ended,
    events,
    send: (event: RealtimeClientEvent) =>
      session.receive(JSON.stringify(event)),
    /** The types since the last look, runs of deltas folded. */
    types(): string[] {
      const types = events.splice(0).map(({ type }) => type as string);
      return types.filter((type, at) =>
        !(type.endsWith(".delta") && types[at - 1] === type)
      );
    },
    find<Type extends RealtimeServerEvent["type"]>(type: Type) {
      return events.findLast((event) => event.type === type) as Extract<
        RealtimeServerEvent,
        { type: Type }
      >;
    },
  };
}

Deno.test("a spoken turn has the protocol's own order of events", async () => {
  const peer = openSession();
  assertEquals(peer.types(), ["session.created"]);
  peer.hearing.utterance("hello");
  await peer.clock.advance(1000);
  assertEquals(peer.types(), [
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
    "output_audio_buffer.started",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "response.output_item.done",
    "conversation.item.done",
    "response.done",
    "rate_limits.updated",
    "output_audio_buffer.stopped",
  ]);
  peer.session.close();
});

Deno.test("a spoken item says that its words are not known yet, and later what they are", async () => {
  const peer = openSession();
  peer.hearing.utterance("hello");
  await settle();
  // OpenAI's agents SDK takes no spoken item without a transcript, known or null.
  const { item } = peer.events.find((event) =>
    event.type === "conversation.item.added"
  )!;
  assertObjectMatch(item, {
    content: [{ type: "input_audio", transcript: null }],
  });
  await peer.send({ type: "conversation.item.retrieve", item_id: item.id! });
  assertObjectMatch(peer.find("conversation.item.retrieved").item, {
    content: [{ type: "input_audio", transcript: "hello" }],
  });
  peer.session.close();
});

Deno.test("a question becomes a function call, its output a sentence", async () => {
  const peer = openSession();
  peer.hearing.utterance("what is the weather like in Rome");
  await settle();
  const call = peer.find("response.function_call_arguments.done");
  assertObjectMatch(call, {
    name: "get_weather",
    arguments: '{"location":"Rome"}',
  });
  const deltas = peer.events.flatMap((event) =>
    event.type === "response.function_call_arguments.delta" ? event.delta : []
  );
  assertEquals(deltas.join(""), call.arguments);
  assertEquals(deltas.length > 1, true);
  const done = peer.find("response.done").response;
  assertEquals(done.status, "completed");
  assertEquals(done.output?.map((item) => item.type), ["function_call"]);

  await peer.send({
    type: "conversation.item.create",
    item: {
      type: "function_call_output",
      call_id: call.call_id,
      output: "The weather in Rome is cloudy.",
    },
  });
  await peer.send({ type: "response.create" });
  await settle();
  assertEquals(
    peer.find("response.output_audio_transcript.done").transcript,
    "The weather in Rome is cloudy.",
  );
  const { usage } = peer.find("response.done").response;
  assertEquals(usage!.input_token_details!.audio_tokens, 15);
  assertEquals(usage!.output_token_details!.audio_tokens, 4);
  peer.session.close();
});

Deno.test("two questions in one make two calls in one response", async () => {
  const peer = openSession();
  await peer.send({
    type: "conversation.item.create",
    item: {
      type: "message",
      role: "user",
      content: [{
        type: "input_text",
        text:
          "What's the weather like in Rome and what's the weather like in Oslo?",
      }],
    },
  });
  await peer.send({ type: "response.create" });
  await settle();
  const calls = peer.events.filter((event) =>
    event.type === "response.function_call_arguments.done"
  );
  assertEquals(calls.map((call) => call.arguments), [
    '{"location":"Rome"}',
    '{"location":"Oslo"}',
  ]);
  peer.session.close();
});

Deno.test("speaking over the agent while it is generating", async () => {
  const peer = openSession(WEATHER, 100);
  await peer.send({
    type: "response.create",
    response: {
      instructions: sayExactly("One. Two. Three. Four. Five. Six."),
    },
  });
  await peer.clock.advance(700);
  const item = peer.find("response.output_item.added").item;
  peer.types();
  const before = peer.sent.length;
  peer.hearing.event({ type: "speech_started", atMs: 700 });
  await settle();
  const done = peer.find("response.done").response;
  assertEquals(done.status, "cancelled");
  assertEquals(done.status_details, {
    type: "cancelled",
    reason: "turn_detected",
  });
  const truncated = peer.find("conversation.item.truncated");
  assertEquals(truncated.item_id, item.id);
  assertEquals(truncated.audio_end_ms, before * 20);
  assertEquals(peer.types(), [
    "input_audio_buffer.speech_started",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "response.output_item.done",
    "conversation.item.done",
    "response.done",
    "rate_limits.updated",
    "output_audio_buffer.cleared",
    "conversation.item.truncated",
  ]);
  await peer.clock.advance(5000);
  assertEquals(peer.sent.length, before, "nothing is heard after the cut");
  assertEquals(peer.types(), []);
  peer.session.close();
});

Deno.test("speaking over the agent when its response is done already", async () => {
  const peer = openSession(WEATHER, 50);
  await peer.send({
    type: "response.create",
    response: { instructions: sayExactly("All of it in one sentence.") },
  });
  await peer.clock.advance(200);
  assertEquals(peer.find("response.done").response.status, "completed");
  peer.types();
  peer.hearing.event({ type: "speech_started", atMs: 200 });
  await settle();
  assertEquals(peer.types(), [
    "input_audio_buffer.speech_started",
    "output_audio_buffer.cleared",
    "conversation.item.truncated",
  ]);
  peer.session.close();
});

Deno.test("with interrupt_response off the agent speaks on, and answers after", async () => {
  const peer = openSession({
    ...WEATHER,
    audio: {
      input: {
        turn_detection: { type: "server_vad", interrupt_response: false },
      },
    },
  }, 100);
  await peer.send({
    type: "response.create",
    response: { instructions: sayExactly("One. Two. Three.") },
  });
  await peer.clock.advance(100);
  peer.types();
  peer.hearing.utterance("hello");
  await peer.clock.advance(20_000);
  const types = peer.types();
  assertEquals(types.includes("output_audio_buffer.cleared"), false);
  assertEquals(types.filter((type) => type === "response.done").length, 2);
  peer.session.close();
});

Deno.test("response.cancel stops the making, output_audio_buffer.clear the sound", async () => {
  const peer = openSession(WEATHER, 100);
  await peer.send({
    type: "response.create",
    response: { instructions: sayExactly("One. Two. Three. Four. Five.") },
  });
  await peer.clock.advance(100);
  await peer.send({ type: "response.cancel" });
  await settle();
  assertObjectMatch(peer.find("response.done").response, {
    status: "cancelled",
    status_details: { type: "cancelled", reason: "client_cancelled" },
  });
  peer.types();
  await peer.send({ type: "output_audio_buffer.clear" });
  assertEquals(peer.types(), [
    "output_audio_buffer.cleared",
    "conversation.item.truncated",
  ]);
  await peer.send({ type: "response.cancel", event_id: "late" });
  assertObjectMatch(peer.find("error").error, {
    code: "response_cancel_not_active",
    event_id: "late",
  });
  peer.session.close();
});

Deno.test("push to talk: nothing is taken for a turn until it is committed", async () => {
  const peer = openSession({
    ...WEATHER,
    audio: { input: { turn_detection: null } },
  });
  assertEquals(peer.hearing.settings[0]!.detection, null);
  await peer.send({ type: "input_audio_buffer.commit" });
  assertEquals(
    peer.find("error").error.code,
    "input_audio_buffer_commit_empty",
  );
  peer.types();
  await peer.send({
    type: "input_audio_buffer.append",
    audio: new Uint8Array(24000).toBase64(),
  });
  await peer.send({ type: "input_audio_buffer.commit" });
  peer.hearing.event({ type: "heard", text: "hello" });
  assertEquals(peer.types(), [
    "input_audio_buffer.committed",
    "conversation.item.added",
    "conversation.item.done",
  ]);
  await peer.send({ type: "response.create" });
  await settle();
  assertEquals(peer.types().includes("response.done"), true);
  peer.session.close();
});

Deno.test("text only: output_text and no sound", async () => {
  const peer = openSession({ ...WEATHER, output_modalities: ["text"] });
  await peer.send({ type: "response.create" });
  await peer.clock.advance(500);
  const types = peer.types();
  assertEquals(types.includes("response.output_text.done"), true);
  assertEquals(types.some((type) => type.includes("audio")), false);
  assertEquals(peer.sent, []);
  peer.session.close();
});

Deno.test("max_output_tokens makes a response incomplete", async () => {
  const peer = openSession();
  await peer.send({
    type: "response.create",
    response: {
      instructions: sayExactly("These are far more words than were asked for."),
      max_output_tokens: 4,
    },
  });
  await settle();
  assertObjectMatch(peer.find("response.done").response, {
    status: "incomplete",
    status_details: { reason: "max_output_tokens" },
  });
  peer.session.close();
});

Deno.test("what a client gets wrong is told by the protocol's codes", async (test) => {
  const active = { type: "response.create" as const };
  const table: [string, unknown, string, string | null][] = [
    ["no JSON", "{", "invalid_value", null],
    ["no object", "[1]", "invalid_value", null],
    ["no type", "{}", "missing_required_parameter", "type"],
    ["an unknown type", { type: "session.destroy" }, "invalid_value", "type"],
    [
      "an unknown field",
      { type: "session.update", session: { type: "realtime", temperature: 1 } },
      "unknown_parameter",
      "session.temperature",
    ],
    [
      "a session without a type",
      { type: "session.update", session: {} },
      "missing_required_parameter",
      "session.type",
    ],
    [
      "an extra key in a tool",
      {
        type: "session.update",
        session: {
          type: "realtime",
          tools: [{ type: "function", name: "x", examples: [] }],
        },
      },
      "unknown_parameter",
      "session.tools.0.examples",
    ],
    [
      "another model",
      { type: "session.update", session: { type: "realtime", model: "x" } },
      "invalid_value",
      "session.model",
    ],
    [
      "an item that is not there",
      { type: "conversation.item.delete", item_id: "item_x" },
      "item_not_found",
      "item_id",
    ],
    [
      "an output for no call",
      {
        type: "conversation.item.create",
        item: { type: "function_call_output", call_id: "c", output: "" },
      },
      "invalid_value",
      "item.call_id",
    ],
    [
      "audio that is no base64",
      { type: "input_audio_buffer.append", audio: "???" },
      "invalid_value",
      "audio",
    ],
    [
      "audio of half a sample",
      { type: "input_audio_buffer.append", audio: "AA==" },
      "invalid_value",
      "audio",
    ],
  ];
  for (const [name, event, code, param] of table) {
    await test.step(name, async () => {
      const peer = openSession();
      await peer.session.receive(
        typeof event === "string" ? event : JSON.stringify(event),
      );
      assertObjectMatch(peer.find("error").error, { code, param });
      assertMatch(peer.find("error").error.message, /\S/);
      await peer.send(active);
      await settle();
      assertEquals(peer.find("response.done").response.status, "completed");
      peer.session.close();
    });
  }
  await test.step("a second response", async () => {
    const peer = openSession();
    await peer.send(active);
    await peer.send({ ...active, event_id: "second" });
    assertObjectMatch(peer.find("error").error, {
      code: "conversation_already_has_active_response",
      event_id: "second",
    });
    await settle();
    assertEquals(
      peer.types().filter((type) => type === "response.done").length,
      1,
    );
    peer.session.close();
  });
});

Deno.test("every setting of the transcription is taken, whatever model it is for", async () => {
  const peer = openSession();
  const audio = {
    input: {
      transcription: {
        model: "gpt-transcribe",
        delay: "low" as const,
        keywords: ["Parley"],
        language: "en",
        languages: ["en", "it"],
        prompt: "A talk about the weather",
      },
    },
  };
  await peer.send({
    type: "session.update",
    session: { type: "realtime", audio },
  });
  assertObjectMatch(peer.find("session.updated").session, { audio });
  peer.session.close();
});

Deno.test("a session ends after an hour, and says so", async () => {
  const peer = openSession();
  await peer.clock.advance(60 * 60 * 1000);
  assertEquals(peer.find("error").error.code, "session_expired");
  assertEquals(peer.ended, ["expired"]);
  assertEquals(peer.hearing.closed, 1);
  assertEquals(peer.clock.pending, 0);
});

Deno.test("an item can be created, retrieved and deleted", async () => {
  const peer = openSession();
  await peer.send({
    type: "conversation.item.create",
    item: {
      id: "item_mine",
      type: "message",
      role: "user",
      content: [{ type: "input_text", text: "hello" }],
    },
  });
  await peer.send({
    type: "conversation.item.retrieve",
    item_id: "item_mine",
  });
  assertObjectMatch(peer.find("conversation.item.retrieved").item, {
    id: "item_mine",
    content: [{ text: "hello" }],
  });
  await peer.send({ type: "conversation.item.delete", item_id: "item_mine" });
  await peer.send({ type: "conversation.item.retrieve", item_id: "item_mine" });
  assertEquals(peer.find("error").error.code, "item_not_found");
  peer.session.close();
});
