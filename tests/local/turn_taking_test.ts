import { assertEquals } from "@std/assert";
import { settle } from "parley/testing";
import { sayExactly } from "../../lib/realtime/examples.ts";
import { openSession, WEATHER } from "./peer.ts";

const BY_HAND = { audio: { input: { turn_detection: null } } };
const WITHOUT_BARGE_IN = {
  audio: {
    input: {
      turn_detection: {
        type: "server_vad" as const,
        create_response: true,
        interrupt_response: false,
      },
    },
  },
};

/** 500 ms of sound. */
const SOUND = new Uint8Array(24_000).toBase64();

Deno.test("push to talk: nothing is taken for a turn until it is committed", async () => {
  const peer = openSession({ ...WEATHER, ...BY_HAND });
  assertEquals(peer.hearing.settings[0]!.detection, null);
  await peer.send({ type: "input_audio_buffer.append", audio: SOUND });
  assertEquals(peer.types(), ["session.created"]);
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

Deno.test("a turn without sound is refused, and so is one that hearing failed on", async () => {
  const peer = openSession({ ...WEATHER, ...BY_HAND });
  const commit = async (event_id: string) => {
    await peer.send({ type: "input_audio_buffer.commit", event_id });
    const { error } = peer.find("error");
    assertEquals([error.code, error.event_id], [
      "input_audio_buffer_commit_empty",
      event_id,
    ]);
    assertEquals(peer.types().includes("input_audio_buffer.committed"), false);
  };
  await commit("empty");
  peer.hearing.failure = new Error("The hearing worker failed");
  await peer.send({ type: "input_audio_buffer.append", audio: SOUND });
  await commit("failed");
  peer.session.close();
});

Deno.test("the person can be heard by hand and by voice in turns", async () => {
  const peer = openSession();
  await peer.send({
    type: "session.update",
    session: { type: "realtime", ...BY_HAND },
  });
  assertEquals(peer.hearing.settings.at(-1)!.detection, null);
  assertEquals(
    peer.find("session.updated").session,
    {
      ...peer.find("session.created").session,
      audio: {
        ...peer.find("session.created").session.audio,
        input: {
          format: { type: "audio/pcm", rate: 24_000 },
          transcription: { model: "any" },
          turn_detection: null,
        },
      },
    },
    "nothing else has changed",
  );
  await peer.send({
    type: "session.update",
    session: { type: "realtime", ...WITHOUT_BARGE_IN },
  });
  assertEquals(peer.hearing.settings.at(-1)!.detection, {
    threshold: 0.5,
    prefixPaddingMs: 300,
    silenceMs: 500,
  });
  peer.types();
  peer.hearing.utterance("hello");
  await settle();
  assertEquals(peer.types().includes("response.done"), true);
  peer.session.close();
});

Deno.test("without barge-in the agent speaks on, and answers what was said afterwards", async () => {
  const peer = openSession({ ...WEATHER, ...WITHOUT_BARGE_IN }, 100);
  await peer.send({
    type: "response.create",
    response: { instructions: sayExactly("One. Two. Three.") },
  });
  await peer.clock.advance(100);
  peer.hearing.utterance("what is the weather like in Rome");
  await peer.clock.advance(20_000);
  const seen = peer.events.map((event) =>
    event.type === "response.done"
      ? `${event.type} ${event.response.status}`
      : event.type
  );
  assertEquals(
    seen.filter((type) => /cleared|truncated|cancelled/.test(type)),
    [],
  );
  assertEquals(
    seen.filter((type) =>
      /^response\.(created|done)|^output_audio_buffer|committed|call_arg.*done/
        .test(type)
    ),
    [
      "response.created",
      "output_audio_buffer.started",
      "input_audio_buffer.committed",
      "response.done completed",
      "response.created",
      "response.function_call_arguments.done",
      "response.done completed",
      "output_audio_buffer.stopped",
    ],
  );
  assertEquals(peer.sent.length, 300, "all of it was heard");
  peer.session.close();
});
