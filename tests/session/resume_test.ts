import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertObjectMatch,
} from "@std/assert";
import { z } from "zod";
import { settle } from "parley/testing";
import { defineTool } from "../../lib/engine/tool.ts";
import type { SocketClient } from "../support/socket_client.ts";
import { type Calls, connect, stop, withCalls } from "./server.ts";

/** Breaks a page's connection; resolves when the server knows. */
async function breakOff(client: SocketClient, { clock }: Calls): Promise<void> {
  const noticed = clock.set(1_000);
  await client.close();
  await noticed;
}

/** A page that comes back with this token, and what it is told first. */
async function comeBack(open: Calls["open"], resume: string) {
  const client = await open();
  client.send({ type: "start", resume });
  return { client, ready: await client.next() };
}

Deno.test("a page whose connection broke goes on where it was, and hears what it missed", async () => {
  await withCalls(async (run) => {
    const { open, link, clock, hungUp } = run;
    const first = await open();
    const { ready } = await connect(first, link);
    assertMatch(ready.resumeToken, /^[\w-]{43}$/);
    await breakOff(first, run);
    // The call goes on meanwhile: its tools too.
    const [callId] = link.calls(["echo", { words: "hello" }]);
    assertEquals(await link.output(callId), "hello");
    await link.expect("response.create");
    link.answers("Hello to you");
    await settle();
    await clock.advance(29_999);

    const back = await comeBack(open, ready.resumeToken);
    assertEquals(back.ready, {
      type: "ready",
      sessionId: ready.sessionId,
      resumeToken: back.ready.resumeToken,
      agent: ready.agent,
      handshake: "server",
      transport: "webrtc",
      resumed: true,
    });
    assertNotEquals(back.ready.resumeToken, ready.resumeToken);
    const events: string[] = [];
    const tools: string[] = [];
    const isDone = (type: string) => type === "response.done";
    while (events.filter(isDone).length < 2 || tools.length < 2) {
      const { event, status } = await back.client.next();
      if (event === undefined) tools.push(status);
      else events.push(event.type);
    }
    assertEquals(events, [
      "response.created",
      "response.function_call_arguments.done",
      "response.done",
      "response.created",
      "conversation.item.added",
      "response.output_audio_transcript.delta",
      "response.output_audio_transcript.done",
      "conversation.item.done",
      "response.done",
    ]);
    assertEquals(tools, ["running", "completed"]);
    await clock.advance(60_000);
    back.client.send({ type: "text", text: "Are you there?" });
    await link.expect("conversation.item.create");
    assertEquals(hungUp, []);
    await stop(back.client);
  });
});

Deno.test("a page that does not come back is waited for half a minute", async () => {
  await withCalls(async (run) => {
    const { open, link, clock, hungUp, hangUp, services } = run;
    const client = await open();
    const { ready } = await connect(client, link);
    await breakOff(client, run);
    await clock.advance(29_999);
    assertEquals(hungUp, []);
    assertEquals(services.sessions.size, 1, "its place is kept");
    await clock.advance(1);
    await hangUp;
    assertEquals(services.sessions.size, 0);
    assertMatch(services.lines.join("\n"), /"reason":"The browser left"/);
    const late = await comeBack(open, ready.resumeToken);
    assertEquals(late.ready.code, "resume_failed");
    await late.client.close();
  });
});

Deno.test("a token is good until the next one is used, and one that is not good leaves the connection usable", async () => {
  await withCalls(async (run) => {
    const { open, link } = run;
    const first = await open();
    const { ready } = await connect(first, link);
    await breakOff(first, run);
    // What it is told may never arrive.
    const lost = await comeBack(open, ready.resumeToken);
    await breakOff(lost.client, run);
    const again = await comeBack(open, ready.resumeToken);
    await breakOff(again.client, run);
    const second = await comeBack(open, again.ready.resumeToken);
    assertEquals(second.ready.resumed, true);
    for (const token of [ready.resumeToken, "made up", ""]) {
      const { client, ready } = await comeBack(open, token);
      assertObjectMatch(ready, {
        type: "error",
        code: "resume_failed",
        retryable: false,
      });
      assertMatch(ready.message, /Start a new one\.$/);
      client.send({ type: "start" });
      const fresh = await client.next();
      assertEquals([fresh.type, fresh.resumed], ["ready", undefined]);
      await stop(client);
    }
    await breakOff(second.client, run);
    const third = await comeBack(open, second.ready.resumeToken);
    assertEquals(third.ready.sessionId, ready.sessionId);
    await stop(third.client);
    const late = await comeBack(open, third.ready.resumeToken);
    assertEquals(late.ready.code, "resume_failed", "it went with its end");
    await late.client.close();
  });
});

Deno.test("a second connection takes over from one that still looks open", async () => {
  await withCalls(async ({ open, link, clock, hungUp }) => {
    const first = await open();
    const { ready } = await connect(first, link);
    const { client } = await comeBack(open, ready.resumeToken);
    const closed = await first.closed();
    assertEquals(closed.code, 1000);
    assertMatch(closed.reason, /over another connection/);
    await clock.advance(60_000);
    assertEquals(hungUp, [], "nobody is away");
    link.answers("Still here");
    const { event } = await client.next("event");
    assertEquals(event.type, "response.created");
    await stop(client);
  });
});

Deno.test("a conversation in which too much happens meanwhile is ended", async () => {
  await withCalls(async (run) => {
    const { open, link, hangUp } = run;
    const client = await open();
    const { ready } = await connect(client, link);
    await breakOff(client, run);
    for (let count = 0; count <= 2000; count++) {
      link.says({ type: "output_audio_buffer.started", response_id: "r" });
    }
    await hangUp;
    const late = await comeBack(open, ready.resumeToken);
    assertEquals(late.ready.code, "resume_failed");
    await late.client.close();
  });
});

Deno.test("its time goes on while the page is away", async () => {
  await withCalls(async (run) => {
    const { open, link, clock, hangUp } = run;
    const client = await open();
    const { ready } = await connect(client, link);
    await clock.advance(530_000);
    await breakOff(client, run);
    await clock.advance(20_000);
    const back = await comeBack(open, ready.resumeToken);
    assertEquals((await back.client.next("notice")).seconds, 60);
    await clock.advance(30_000);
    await breakOff(back.client, run);
    await clock.advance(20_000);
    await hangUp;
    const late = await comeBack(open, back.ready.resumeToken);
    assertEquals(late.ready.code, "resume_failed");
    await late.client.close();
  });
});

Deno.test("a stop ends it at once", async () => {
  await withCalls(async ({ open, link, hungUp, hangUp }) => {
    const client = await open();
    const { ready } = await connect(client, link);
    await stop(client);
    await hangUp;
    assertEquals(hungUp, ["rtc_secret"]);
    const late = await comeBack(open, ready.resumeToken);
    assertEquals(late.ready.code, "resume_failed");
    await late.client.close();
  });
});

Deno.test("over the relay, what goes to the model waits for the page", async () => {
  await withCalls(async (run) => {
    const { open, services } = run;
    const work = Promise.withResolvers<string>();
    const wait = defineTool({
      description: "Waits",
      parameters: z.object({}),
      execute: () => work.promise,
    });
    const { agents } = await services.catalog();
    services.catalog = () =>
      Promise.resolve({
        agents: new Map([["weather", {
          ...agents.get("weather")!,
          tools: ["wait"],
        }]]),
        tools: new Map([["wait", wait]]),
        faults: [],
      });
    const first = await open();
    first.send({ type: "start" });
    const ready = await first.next();
    assertEquals(ready.clientSecret, "ek_test");
    first.send({
      type: "event",
      event: {
        type: "response.function_call_arguments.done",
        call_id: "c1",
        name: "wait",
        arguments: "{}",
      },
    });
    await first.next("tool");
    await breakOff(first, run);
    work.resolve("Done meanwhile");
    const back = await comeBack(open, ready.resumeToken);
    assertObjectMatch(back.ready, {
      handshake: "ephemeral",
      callsUrl: "/calls",
      resumed: true,
    });
    assertEquals(back.ready.clientSecret, undefined, "the call stands");
    const { event } = await back.client.next();
    assertEquals(event.item.output, "Done meanwhile");
    assertEquals((await back.client.next()).status, "completed");
    await stop(back.client);
  }, { REALTIME_HANDSHAKE: "ephemeral" });
});

Deno.test("over the audio socket, the sound waits for the page, and its own is taken again", async () => {
  await withCalls(async (run) => {
    const { open, link } = run;
    const first = await open();
    first.send({ type: "start", transport: "socket" });
    const ready = await first.next();
    first.send({ type: "connected" });
    await link.expect("response.create");
    await breakOff(first, run);
    const sound = { response_id: "r", item_id: "a", output_index: 0 };
    for (const delta of ["AAAA", "BBBB"]) {
      link.says({
        type: "response.output_audio.delta",
        ...sound,
        content_index: 0,
        delta,
      });
    }
    await settle();
    const { client, ready: again } = await comeBack(open, ready.resumeToken);
    assertEquals(again.transport, "socket");
    assertEquals((await client.next()).event.delta, "AAAA");
    assertEquals((await client.next()).event.delta, "BBBB");
    client.send(new Uint8Array(4));
    const { audio } = await link.expect("input_audio_buffer.append");
    assertEquals(audio, "AAAAAA==");
    await stop(client);
  });
});
