import { assertEquals, assertObjectMatch } from "@std/assert";
import type { SessionConfig } from "../../lib/realtime/events.ts";
import { type Calls, connect, OFFER, stop, withCalls } from "./server.ts";

const PUSH_TO_TALK = { pushToTalk: true, bargeIn: true };

const detectionIn = (session: SessionConfig | undefined) =>
  session?.audio?.input?.turn_detection;

/** Starts a conversation on one of the three ways; the greeting is asked for after it. */
const ways = {
  server: { environment: {}, transport: "webrtc" },
  ephemeral: {
    environment: { REALTIME_HANDSHAKE: "ephemeral" },
    transport: "webrtc",
  },
  socket: { environment: {}, transport: "socket" },
} as const;

Deno.test("how turns are taken goes into the session at its start, on every way", async (test) => {
  for (const [name, { environment, transport }] of Object.entries(ways)) {
    for (
      const [turnTaking, detection] of [
        [undefined, {
          type: "server_vad",
          create_response: true,
          interrupt_response: true,
        }],
        [{ pushToTalk: false, bargeIn: false }, {
          type: "server_vad",
          create_response: true,
          interrupt_response: false,
        }],
        [PUSH_TO_TALK, null],
      ] as const
    ) {
      await test.step(`${name} ${JSON.stringify(turnTaking)}`, async () => {
        await withCalls(async ({ open, calls, services }) => {
          const { mintClientSecret } = services.provider;
          services.provider.mintClientSecret = (session, signal) => {
            calls.push({ offer: "", session });
            return mintClientSecret(session, signal);
          };
          const client = await open();
          client.send({ type: "start", transport, turnTaking });
          await client.next("ready");
          client.send({ type: "offer", sdp: OFFER });
          if (name === "server") await client.next("answer");
          assertEquals<unknown>(detectionIn(calls[0]?.session), detection);
          await stop(client);
        }, environment);
      });
    }
  }
});

Deno.test("the button to talk works over the call that Parley makes", async () => {
  await withCalls(async ({ open, link }) => {
    const client = await open();
    await connect(client, link, { turnTaking: PUSH_TO_TALK });
    link.says({ type: "response.done", response: { status: "completed" } });
    link.says({ type: "output_audio_buffer.started", response_id: "r" });
    await client.next("event");
    await client.next("event");
    client.send({ type: "talk", down: true });
    await link.expect("output_audio_buffer.clear");
    await link.expect("input_audio_buffer.clear");
    client.send({ type: "talk", down: false });
    await link.expect("input_audio_buffer.commit");
    link.says({ type: "input_audio_buffer.committed", item_id: "u" });
    await link.expect("response.create");
    await stop(client);
  });
});

Deno.test("the button to talk works over the relay, and a press too short is no error", async () => {
  await withCalls(async ({ open }) => {
    const client = await open();
    client.send({ type: "start", turnTaking: PUSH_TO_TALK });
    const { event: greeting } = await client.next("send");
    assertEquals(greeting.type, "response.create");
    const relay = (event: object) => client.send({ type: "event", event });
    relay({ type: "response.done", response: { status: "completed" } });
    const press = async () => {
      client.send({ type: "talk", down: true });
      client.send({ type: "talk", down: false });
      assertEquals(
        (await client.next()).event.type,
        "input_audio_buffer.clear",
      );
      const { event } = await client.next();
      assertEquals(event.type, "input_audio_buffer.commit");
      return event.event_id;
    };
    const event_id = await press();
    relay({
      type: "error",
      error: { code: "input_audio_buffer_commit_empty", event_id },
    });
    await press();
    relay({ type: "input_audio_buffer.committed", item_id: "u" });
    assertEquals((await client.next()).event.type, "response.create");
    await stop(client);
  }, { REALTIME_HANDSHAKE: "ephemeral" });
});

Deno.test("the button to talk works over the audio socket", async () => {
  await withCalls(async ({ open, link }) => {
    const client = await open();
    client.send({
      type: "start",
      transport: "socket",
      turnTaking: PUSH_TO_TALK,
    });
    await client.next("ready");
    client.send({ type: "talk", down: true });
    await link.expect("input_audio_buffer.clear");
    client.send(new Uint8Array(4));
    await link.expect("input_audio_buffer.append");
    client.send({ type: "talk", down: false });
    await link.expect("input_audio_buffer.commit");
    await stop(client);
  });
});

Deno.test("there is no button while the microphone is open", async () => {
  await withCalls(async ({ open, link }) => {
    const client = await open();
    await connect(client, link);
    const refused = async (down: boolean) => {
      client.send({ type: "talk", down });
      assertObjectMatch(await client.next(), {
        type: "error",
        code: "not_push_to_talk",
        retryable: false,
      });
    };
    await refused(true);
    client.send({ type: "turn_taking", ...PUSH_TO_TALK });
    assertEquals(
      detectionIn((await updateOf(link)).session),
      null,
    );
    client.send({ type: "talk", down: true });
    await link.expect("response.cancel");
    await link.expect("input_audio_buffer.clear");
    client.send({ type: "turn_taking", pushToTalk: false, bargeIn: true });
    await updateOf(link);
    await refused(false);
    await stop(client);
  });
});

Deno.test("who changes their mind before the call stands is heard too", async () => {
  await withCalls(async ({ open, link, calls, services }) => {
    const { attach } = services.provider;
    const joining = Promise.withResolvers<void>();
    services.provider.attach = async (callId, signal) => {
      await joining.promise;
      return await attach(callId, signal);
    };
    const client = await open();
    client.send({ type: "start" });
    await client.next("ready");
    client.send({ type: "turn_taking", pushToTalk: false, bargeIn: false });
    client.send({ type: "offer", sdp: OFFER });
    await client.next("answer");
    assertObjectMatch(detectionIn(calls[0]?.session) ?? {}, {
      interrupt_response: false,
    });
    client.send({ type: "turn_taking", ...PUSH_TO_TALK });
    client.send({ type: "talk", down: true });
    // Answered only when what came before it has been taken.
    client.send("nonsense");
    await client.next("error");
    joining.resolve();
    assertEquals(detectionIn((await updateOf(link)).session), null);
    await stop(client);
  });
});

Deno.test("a start may be followed by a change at once", async () => {
  await withCalls(async ({ open, calls }) => {
    const client = await open();
    client.send({ type: "start" });
    client.send({ type: "turn_taking", ...PUSH_TO_TALK });
    assertEquals((await client.next()).type, "ready");
    client.send({ type: "offer", sdp: OFFER });
    await client.next("answer");
    assertEquals(detectionIn(calls[0]?.session), null);
    await stop(client);
  });
});

/** The next thing that is sent has to be a change of the session. */
async function updateOf(link: Calls["link"]) {
  const { session } = await link.expect("session.update");
  return { session: session as SessionConfig };
}
