import { assertEquals, assertObjectMatch } from "@std/assert";
import { FakeClock } from "parley/testing";
import { type EventOf, next, setUp, text, upTo } from "./scripted_talk.ts";

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
