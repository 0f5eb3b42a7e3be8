import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { settle } from "parley/testing";
import { sayExactly } from "../../lib/realtime/examples.ts";
import { openSession, WEATHER } from "./peer.ts";

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
      "a sound format that is not spoken here",
      {
        type: "session.update",
        session: {
          type: "realtime",
          audio: { input: { format: { type: "audio/pcmu" } } },
        },
      },
      "invalid_value",
      "session.audio.input.format.type",
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
