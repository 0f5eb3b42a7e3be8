import { assertEquals, assertObjectMatch } from "@std/assert";
import { settle } from "parley/testing";
import { sayExactly } from "../../lib/realtime/examples.ts";
import { openSession, WEATHER } from "./peer.ts";

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

Deno.test("a person who says nothing for too long is spoken to", async () => {
  const peer = openSession({
    ...WEATHER,
    audio: {
      input: {
        turn_detection: { type: "server_vad", idle_timeout_ms: 5000 },
      },
    },
  });
  await peer.send({
    type: "response.create",
    response: { instructions: sayExactly("Hello.") },
  });
  // 200 ms of speech, then the wait.
  await peer.clock.advance(5100);
  peer.types();
  await peer.clock.advance(100);
  const timeout = peer.find("input_audio_buffer.timeout_triggered");
  assertEquals([timeout.audio_start_ms, timeout.audio_end_ms], [200, 5200]);
  assertEquals(peer.types().slice(0, 5), [
    "input_audio_buffer.timeout_triggered",
    "input_audio_buffer.committed",
    "conversation.item.added",
    "conversation.item.done",
    "response.created",
  ]);
  await peer.clock.advance(1000);
  peer.types();
  peer.hearing.event({ type: "speech_started", atMs: 6000 });
  await peer.clock.advance(20_000);
  assertEquals(
    peer.types().includes("input_audio_buffer.timeout_triggered"),
    false,
    "who speaks is not idle",
  );
  peer.session.close();
  assertEquals(peer.clock.pending, 0);
});
