import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
} from "@std/assert";
import { FakeClock, ScriptedLink, settle } from "parley/testing";
import { readConfig } from "../../lib/config.ts";
import type { SessionConfig } from "../../lib/realtime/events.ts";
import { ProviderError } from "../../lib/realtime/provider.ts";
import { SUBPROTOCOL } from "../../lib/session/envelope.ts";
import { hostSession } from "../../lib/session/host.ts";
import { testServices } from "../support/services.ts";
import { SocketClient } from "../support/socket_client.ts";

const OFFER = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";

/** A server whose calls are taken by a provider that the test holds. */
async function withCalls(
  test: (run: {
    open: () => Promise<SocketClient>;
    link: ScriptedLink;
    clock: FakeClock;
    calls: { offer: string; session: SessionConfig }[];
    hungUp: string[];
    /** Resolves when a call has been hung up. */
    hangUp: Promise<void>;
    services: ReturnType<typeof testServices>;
  }) => Promise<void>,
): Promise<void> {
  const link = new ScriptedLink();
  const clock = new FakeClock();
  const calls: { offer: string; session: SessionConfig }[] = [];
  const hungUp: string[] = [];
  const { promise: hangUp, resolve } = Promise.withResolvers<void>();
  const services = testServices({
    config: readConfig({ MAX_SESSION_SECONDS: "600" }),
  });
  services.provider = {
    ...services.provider,
    createCall: (offer, session) => {
      calls.push({ offer, session });
      return Promise.resolve({ answer: "v=0 answer", callId: "rtc_secret" });
    },
    attach: (callId) => {
      assertEquals(callId, "rtc_secret");
      return Promise.resolve(link);
    },
    hangup: (callId) => {
      hungUp.push(callId);
      resolve();
      return Promise.resolve();
    },
  };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => hostSession(request, services, clock),
  );
  try {
    await test({
      open: () =>
        SocketClient.open(`ws://127.0.0.1:${server.addr.port}/`, SUBPROTOCOL),
      link,
      clock,
      calls,
      hungUp,
      hangUp,
      services,
    });
  } finally {
    await server.shutdown();
  }
  assertEquals(services.sessions.size, 0);
  assertEquals(clock.pending, 0, "no timer is left");
}

/** Goes through the handshake; the greeting has been asked for after it. */
async function connect(client: SocketClient, link: ScriptedLink) {
  client.send({ type: "start" });
  const ready = await client.next();
  client.send({ type: "offer", sdp: OFFER });
  const answer = await client.next();
  client.send({ type: "connected" });
  await link.expect("response.create");
  return { ready, answer };
}

Deno.test("Parley makes the call, joins it, and tells the page nothing of it", async () => {
  await withCalls(async ({ open, link, calls, hungUp, hangUp }) => {
    const client = await open();
    const { ready, answer } = await connect(client, link);
    assertEquals({ ...ready, sessionId: "" }, {
      type: "ready",
      sessionId: "",
      agent: { name: "weather", title: "Weather Bot" },
      handshake: "server",
      transport: "webrtc",
    });
    assertEquals(answer, { type: "answer", sdp: "v=0 answer" });
    assertEquals(calls.length, 1);
    assertObjectMatch(calls[0]!.session, { instructions: "A secret recipe" });

    // What the model says goes to the page, but for the session's own affairs.
    link.says({ type: "session.created", session: calls[0]!.session });
    link.says({
      type: "conversation.item.added",
      item: {
        id: "s",
        type: "message",
        role: "system",
        content: [{ type: "input_text", text: "A secret remark" }],
      },
    });
    link.answers("Good morning");
    const seen: string[] = [];
    while (true) {
      const frame = await client.next();
      seen.push(JSON.stringify(frame));
      if (frame.event?.type === "response.done") break;
    }
    assert(seen.some((frame) => frame.includes("Good morning")));
    assertEquals(seen.some((frame) => /secret|session\./.test(frame)), false);

    const [callId] = link.calls(["echo", { words: "hello" }]);
    assertEquals(await link.output(callId), "hello");
    await link.expect("response.create");
    client.send({ type: "stop" });
    await client.next("ended");
    await client.closed();
    await hangUp;
    assertEquals(hungUp, ["rtc_secret"]);
  });
});

Deno.test("an offer with a data channel is refused: the session is the server's", async () => {
  await withCalls(async ({ open, link, calls }) => {
    const client = await open();
    client.send({ type: "start" });
    await client.next("ready");
    client.send({
      type: "offer",
      sdp: `${OFFER}m=application 9 UDP/DTLS/SCTP\r\n`,
    });
    const error = await client.next("error");
    assertEquals(error.code, "data_channel_offered");
    assertEquals(calls.length, 0);
    client.send({ type: "offer", sdp: OFFER });
    await client.next("answer");
    client.send({ type: "connected" });
    await link.expect("response.create");
    client.send({ type: "stop" });
    await client.closed();
  });
});

Deno.test("a browser that is gone has ten seconds before its call is hung up", async () => {
  await withCalls(async ({ open, link, clock, hungUp, hangUp, services }) => {
    const client = await open();
    await connect(client, link);
    // The grace begins when the server has learned that the browser is gone.
    const grace = clock.set(10_000);
    await client.close();
    await grace;
    await clock.advance(9_999);
    assertEquals(hungUp, []);
    await clock.advance(1);
    await hangUp;
    assertEquals(services.sessions.size, 0);
  });
});

Deno.test("a conversation ends at its time limit, and says so", async () => {
  await withCalls(async ({ open, link, clock, hangUp }) => {
    const client = await open();
    await connect(client, link);
    await clock.advance(600_000);
    assertMatch((await client.next("ended")).reason, /time limit/);
    await client.closed();
    await hangUp;
  });
});

Deno.test("a session that is changed from outside twice is hung up", async () => {
  await withCalls(async ({ open, link, hangUp, services }) => {
    const client = await open();
    await connect(client, link);
    const changed = () =>
      link.says({ type: "session.updated", session: { type: "realtime" } });
    changed();
    assertObjectMatch(await link.expect("session.update"), {
      session: { instructions: "A secret recipe" },
    });
    changed();
    changed();
    assertMatch(
      (await client.next("ended")).reason,
      /changed from outside, twice/,
    );
    await client.closed();
    await hangUp;
    assertMatch(services.lines.join(), /Somebody else changed the session/);
  });
});

Deno.test("a call that the model ends is ended for the page too", async () => {
  await withCalls(async ({ open, link, hangUp }) => {
    const client = await open();
    await connect(client, link);
    await link.close();
    assertMatch((await client.next("ended")).reason, /call to the model ended/);
    await client.closed();
    await hangUp;
  });
});

Deno.test("a call that can't be made is explained, and may be tried again", async () => {
  await withCalls(async ({ open, link, services }) => {
    const { createCall } = services.provider;
    let tries = 0;
    services.provider = {
      ...services.provider,
      createCall: (...args) =>
        ++tries > 1 ? createCall(...args) : Promise.reject(
          new ProviderError({
            code: "key_rejected",
            message: "P rejected the key.",
            retryable: false,
          }),
        ),
    };
    const client = await open();
    client.send({ type: "start" });
    await client.next("ready");
    client.send({ type: "offer", sdp: OFFER });
    assertEquals(await client.next(), {
      type: "error",
      code: "key_rejected",
      message: "P rejected the key.",
      retryable: false,
    });
    client.send({ type: "offer", sdp: OFFER });
    await client.next("answer");
    client.send({ type: "connected" });
    await link.expect("response.create");
    client.send({ type: "stop" });
    await client.closed();
  });
});

Deno.test("approvals travel to the page and back", async () => {
  await withCalls(async ({ open, link }) => {
    const client = await open();
    await connect(client, link);
    client.send({ type: "approval", callId: "none", approve: true });
    assertEquals((await client.next("error")).code, "nothing_to_approve");
    const [callId] = link.calls(["pay", {}]);
    const asked = await client.next("tool");
    assertObjectMatch(asked, { callId, status: "running" });
    assertEquals(await client.next(), {
      type: "approval",
      callId,
      name: "pay",
      arguments: "{}",
    });
    client.send({ type: "approval", callId, approve: true });
    assertEquals(await link.output(callId), "Paid");
    client.send({ type: "stop" });
    await client.closed();
    await settle();
  });
});
