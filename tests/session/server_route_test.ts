import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
} from "@std/assert";
import { settle } from "parley/testing";
import { ProviderError } from "../../lib/realtime/provider.ts";
import { connect, OFFER, stop, withCalls } from "./server.ts";

Deno.test("Parley makes the call, joins it, and tells the page nothing of it", async () => {
  await withCalls(async ({ open, link, calls, hungUp, hangUp }) => {
    const client = await open();
    const { ready, answer } = await connect(client, link);
    assertEquals({ ...ready, sessionId: "", resumeToken: "" }, {
      type: "ready",
      sessionId: "",
      resumeToken: "",
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

Deno.test("an offer that comes with the start is answered as soon as the call is made", async () => {
  await withCalls(async ({ open, link, calls }) => {
    const client = await open();
    client.send({ type: "start", offer: OFFER });
    assertEquals((await client.next()).type, "ready");
    assertEquals(await client.next(), { type: "answer", sdp: "v=0 answer" });
    assertEquals(calls.map(({ offer }) => offer), [OFFER]);
    client.send({ type: "connected" });
    await link.expect("response.create");
    await stop(client);
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
    await stop(client);
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
    assertEquals(await client.next("ended"), {
      type: "ended",
      code: "tampered",
      reason: "The session was changed from outside, twice",
    });
    await client.closed();
    await hangUp;
    assertMatch(services.lines.join(), /Somebody else changed the session/);
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
    await stop(client);
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
    await stop(client);
    await settle();
  });
});
