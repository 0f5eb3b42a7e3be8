import { assertEquals, assertObjectMatch } from "@std/assert";
import { settle } from "parley/testing";
import type { SocketClient } from "../support/socket_client.ts";
import { connect, OFFER, stop } from "./server.ts";
import { type TwoServers, withTwoServers } from "./two_servers.ts";

/** Makes the call that the server wants. */
async function answerNewCall(client: SocketClient, reason: string) {
  assertEquals(await client.next("new_call"), {
    type: "new_call",
    reason,
    handshake: "server",
    transport: "webrtc",
  });
  client.send({ type: "offer", sdp: OFFER });
  await client.next("answer");
  client.send({ type: "connected" });
  assertEquals((await client.next("notice")).code, "call_renewed");
}

/** What the model of a new call is told of the conversation, as roles and texts. */
async function told(link: TwoServers["links"][number], items: number) {
  const told: string[] = [];
  for (let at = 0; at < items; at++) {
    const { item } = await link.expect("conversation.item.create");
    told.push(
      item.type === "message"
        ? `${item.role}: ${item.content[0]?.text?.slice(0, 20)}`
        : item.type,
    );
  }
  return told;
}

Deno.test("a call that breaks off is followed by a new one, and the answer that was owed comes", async () => {
  await withTwoServers(async ({ first, links: [link, next] }) => {
    const client = await first.open();
    await connect(client, link);
    link.answers("Good morning");
    const [callId] = link.calls(["echo", { words: "hello" }]);
    assertEquals(await link.output(callId), "hello");
    await link.close();
    await answerNewCall(client, "call_lost");
    assertEquals(await told(next, 4), [
      "system: The connection was r",
      "assistant: Good morning",
      "function_call",
      "function_call_output",
    ]);
    await next.expect("response.create");
    next.answers("You said hello");
    const { event } = await client.next("event");
    assertEquals(event.type, "response.created");
    await stop(client);
  });
});

Deno.test("an answer that its call cut off is marked so, and the model gives the rest", async () => {
  await withTwoServers(async ({ first, store, links: [link, next] }) => {
    const client = await first.open();
    const { ready } = await connect(client, link);
    const ids = { item_id: "item_1", output_index: 0, content_index: 0 };
    link.says(
      { type: "response.created", response: { id: "resp_1" } },
      {
        type: "conversation.item.added",
        item: {
          id: "item_1",
          type: "message",
          role: "assistant",
          status: "in_progress",
          content: [],
        },
      },
      {
        type: "response.output_audio_transcript.delta",
        ...ids,
        response_id: "resp_1",
        delta: "There once was",
      },
    );
    await client.next("event");
    await link.close();
    await answerNewCall(client, "call_lost");
    assertEquals(await told(next, 2), [
      "system: The connection was r",
      "assistant: There once was",
    ]);
    await next.expect("response.create");
    await stop(client);
    await first.services.recorder.close();
    const kept = await store.get(ready.sessionId);
    assertEquals(
      kept?.turns.map((turn) => turn.kind === "message" && turn.status),
      ["interrupted"],
    );
  });
});

Deno.test("a new call is told a long conversation as a whole, what is not in memory any more too", async () => {
  await withTwoServers(async ({ first, links: [link, next] }) => {
    const client = await first.open();
    await connect(client, link);
    for (let number = 0; number < 60; number++) {
      link.answers(`Answer ${number}`);
    }
    await link.close();
    await answerNewCall(client, "call_lost");
    assertEquals(await told(next, 61), [
      "system: The connection was r",
      ...Array.from({ length: 60 }, (_, at) => `assistant: Answer ${at}`),
    ]);
    await stop(client);
  });
});

Deno.test("what the person types while there is no call reaches the next one", async () => {
  await withTwoServers(async ({ first, links: [link, next] }) => {
    const client = await first.open();
    await connect(client, link);
    await link.close();
    await client.next("new_call");
    client.send({ type: "text", text: "Can you hear me?" });
    client.send({ type: "offer", sdp: OFFER });
    await client.next("answer");
    client.send({ type: "connected" });
    assertEquals(await told(next, 1), ["user: Can you hear me?"]);
    await next.expect("response.create");
    await stop(client);
  });
});

Deno.test("before the provider ends a call a new one is made in a pause", async () => {
  await withTwoServers(async (run) => {
    const { first, clock, links: [link, next] } = run;
    const client = await first.open();
    await connect(client, link);
    link.says({ type: "response.created", response: {} });
    await settle();
    await clock.advance(3_520_000);
    await settle();
    // Somebody is speaking: not now.
    assertEquals(run.calls(), 1);
    link.says({ type: "response.done", response: {} });
    await answerNewCall(client, "call_limit");
    // The old one was there until then, and is hung up now.
    assertEquals(run.hungUp, ["rtc_1"]);
    client.send({ type: "text", text: "hello" });
    await next.expect("conversation.item.create");
    await next.expect("response.create");
    await stop(client);
  }, { MAX_SESSION_SECONDS: "7200" });
});

Deno.test("a page whose call broke off asks for a new one, and for the audio socket where that finds no way", async () => {
  await withTwoServers(async ({ first, links: [link, next] }) => {
    const client = await first.open();
    await connect(client, link);
    client.send({ type: "new_call", transport: "webrtc" });
    assertEquals((await client.next("new_call")).reason, "page_asked");
    client.send({ type: "new_call", transport: "socket" });
    assertObjectMatch(await client.next("new_call"), {
      reason: "page_asked",
      transport: "socket",
    });
    client.send({ type: "connected" });
    await client.next("notice");
    client.send(new Uint8Array(4));
    const { audio } = await next.expect("input_audio_buffer.append");
    assertEquals(audio, "AAAAAA==");
    // Nobody else is on this link: an update that comes back is Parley's own.
    for (let time = 0; time < 3; time++) {
      next.says({ type: "session.updated", session: { type: "realtime" } });
    }
    client.send({ type: "text", text: "hello" });
    await next.expect("conversation.item.create");
    await stop(client);
  });
});

Deno.test("a call that ends again and again ends the conversation", async () => {
  await withTwoServers(async ({ first, links: [link] }) => {
    const client = await first.open();
    await connect(client, link);
    for (let time = 0; time < 6; time++) {
      client.send({ type: "new_call", transport: "webrtc" });
    }
    assertEquals(await client.next("ended"), {
      type: "ended",
      code: "call_lost",
      reason: "The call to the model ended again and again",
    });
    await client.closed();
  });
});
