import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { type ScriptedLink, settle } from "parley/testing";
import { z } from "zod";
import { defineTool } from "../../lib/engine/tool.ts";
import type { ConversationItem } from "../../lib/realtime/events.ts";
import type { SocketClient } from "../support/socket_client.ts";
import { connect, OFFER, stop } from "./server.ts";
import { type TwoServers, withTwoServers } from "./two_servers.ts";

/** Answers a look at the end of the conversation: this is its last item. */
async function endsWith(
  link: ScriptedLink,
  last?: ConversationItem,
): Promise<void> {
  const { item } = await link.expect("conversation.item.create");
  link.says({
    type: "conversation.item.added",
    previous_item_id: last?.id ?? null,
    item,
  });
  const { item_id } = await link.expect("conversation.item.delete");
  link.says({ type: "conversation.item.deleted", item_id });
  if (last === undefined) return;
  assertEquals(
    (await link.expect("conversation.item.retrieve")).item_id,
    last.id,
  );
  link.says({ type: "conversation.item.retrieved", item: last });
}

/** The model says something; resolves when the page is shown all of it, and so it is kept. */
async function answered(
  link: ScriptedLink,
  client: SocketClient,
  text: string,
): Promise<void> {
  link.answers(text);
  while ((await client.next("event")).event.type !== "response.done");
}

/** The only tool of both servers, and how often each was asked for it. */
async function withTool(
  { first, second }: TwoServers,
  execute: (server: "first" | "second") => unknown,
  idempotent?: boolean,
): Promise<void> {
  for (const [name, { services }] of Object.entries({ first, second })) {
    const { agents } = await services.catalog();
    const pay = defineTool({
      description: "Pays",
      parameters: z.object({}),
      idempotent,
      execute: () => execute(name as "first" | "second"),
    });
    services.catalog = () =>
      Promise.resolve({
        agents: new Map([["weather", {
          ...agents.get("weather")!,
          tools: ["pay"],
        }]]),
        tools: new Map([["pay", pay]]),
        faults: [],
      });
  }
}

/** A page at the first server, that goes on at the second: the first one is as good as dead. */
async function comeBack(
  { first, second, live }: TwoServers,
  resume: string,
) {
  await live.beat("first", Date.now() - 60_000);
  const client = await second.open();
  client.send({ type: "start", resume });
  const ready = await client.next("ready");
  // What is left of it notices when it next wants to write.
  for (const { handOver } of [...first.services.sessions.values()]) {
    await handOver!(AbortSignal.abort());
  }
  return { client, ready };
}

/** The item that a call is in the model's conversation. */
function callItem(callId: string): ConversationItem {
  return {
    id: `item_${callId}`,
    type: "function_call",
    status: "completed",
    call_id: callId,
    name: "pay",
    arguments: "{}",
  };
}

Deno.test("another server joins the call and learns what was said meanwhile; the first has no say any more", async () => {
  await withTwoServers(async (run) => {
    const [, link] = run.links;
    const client = await run.first.open();
    const { ready } = await connect(client, run.links[0]);
    await answered(run.links[0], client, "Good morning");
    const back = await comeBack(run, ready.resumeToken);
    assertObjectMatch(back.ready, {
      sessionId: ready.sessionId,
      resumed: true,
      takenUp: true,
      handshake: "server",
    });
    assertEquals(run.first.services.sessions.size, 0);
    // It makes the session what it has to be: the first may have died on the way.
    await link.expect("session.update");
    await endsWith(link, {
      id: "said",
      type: "message",
      role: "assistant",
      content: [{ type: "output_audio", transcript: "Meanwhile" }],
    });
    // What was kept may never have been sent; then comes what nobody heard of.
    const before = await back.client.next("event");
    assertEquals(before.event.item.content[0].text, "Good morning");
    const { event } = await back.client.next("event");
    assertEquals(event.item.content[0].transcript, "Meanwhile");
    back.client.send({ type: "text", text: "Are you there?" });
    await link.expect("conversation.item.create");
    await link.expect("response.create");
    await stop(back.client);
    await run.second.services.recorder.close();
    const kept = await run.store.get(ready.sessionId);
    assertEquals([kept?.endCode, kept?.takeovers], ["stopped", 1]);
    assertEquals(
      kept?.turns.map((turn) => "text" in turn ? turn.text : turn.kind),
      ["Good morning", "Meanwhile"],
    );
  });
});

Deno.test("a call that was made while nobody was there is run, and one that stood before it", async () => {
  await withTwoServers(async (run) => {
    let paid = 0;
    await withTool(run, () => `Paid ${++paid}`);
    const [, link] = run.links;
    const client = await run.first.open();
    const { ready } = await connect(client, run.links[0]);
    const { client: back } = await comeBack(run, ready.resumeToken);
    await link.expect("session.update");
    await endsWith(link, callItem("c2"));
    // To see what is before it, it has to be taken out.
    for (const [id, before] of [["c2", "c1"], ["c1", undefined]] as const) {
      const { item_id } = await link.expect("conversation.item.delete");
      assertEquals(item_id, `item_${id}`);
      link.says({ type: "conversation.item.deleted", item_id });
      await endsWith(link, before && callItem(before));
    }
    for (const id of ["c1", "c2"]) {
      const { item } = await link.expect("conversation.item.create");
      assertEquals(item, callItem(id));
      link.says({ type: "conversation.item.added", item });
    }
    // They run side by side: either may be done first.
    const outputs = [];
    for (let call = 0; call < 2; call++) {
      const { item } = await link.expect("conversation.item.create");
      if (item.type === "function_call_output") outputs.push(item);
    }
    assertEquals(outputs.map((item) => item.call_id).sort(), ["c1", "c2"]);
    assertEquals(outputs.map((item) => item.output).sort(), [
      "Paid 1",
      "Paid 2",
    ]);
    await link.expect("response.create");
    await stop(back);
  });
});

for (
  const [idempotent, expected] of [[true, /^Paid by second$/], [
    false,
    /whether it took effect is not known/,
  ]] as const
) {
  Deno.test(`a call that ran when the server died, idempotent: ${idempotent}`, async () => {
    await withTwoServers(async (run) => {
      const ran: string[] = [];
      const never = Promise.withResolvers<string>();
      await withTool(run, (server) => {
        ran.push(server);
        return server === "first" ? never.promise : `Paid by ${server}`;
      }, idempotent);
      const [, link] = run.links;
      const client = await run.first.open();
      const { ready } = await connect(client, run.links[0]);
      run.links[0].says({
        type: "conversation.item.done",
        item: callItem("c1"),
      });
      run.links[0].calls(["pay", {}, "c1"]);
      while (ran.length === 0) await settle();
      const { client: back } = await comeBack(run, ready.resumeToken);
      await link.expect("session.update");
      await endsWith(link, callItem("c1"));
      assertMatch(await link.output("c1"), expected);
      assertEquals(ran, idempotent ? ["first", "second"] : ["first"]);
      const tool = await back.next("tool");
      assertEquals([tool.callId, tool.status], ["c1", "running"]);
      let { status } = tool;
      while (status === "running") status = (await back.next("tool")).status;
      assertEquals(status, idempotent ? "completed" : "unknown");
      await link.expect("response.create");
      await stop(back);
      never.resolve("Too late");
    });
  });
}

Deno.test("a call whose output was kept and not sent is answered once, without running again", async () => {
  await withTwoServers(async (run) => {
    let ran = 0;
    await withTool(run, () => `Paid ${++ran}`);
    const [, link] = run.links;
    const client = await run.first.open();
    const { ready } = await connect(client, run.links[0]);
    run.links[0].says({ type: "conversation.item.done", item: callItem("c1") });
    run.links[0].calls(["pay", {}, "c1"]);
    // The model never got it: the first server died on the way.
    assertEquals(await run.links[0].output("c1"), "Paid 1");
    await settle();
    const { client: back } = await comeBack(run, ready.resumeToken);
    await link.expect("session.update");
    await endsWith(link, callItem("c1"));
    const { item } = await link.expect("conversation.item.create");
    assertObjectMatch(item, {
      type: "function_call_output",
      call_id: "c1",
      output: "Paid 1",
    });
    link.says({ type: "conversation.item.added", item });
    await link.expect("response.create");
    assertEquals(ran, 1);
    await stop(back);
  });
});

Deno.test("where the call is gone a new one is made, and its model is told what was said", async () => {
  await withTwoServers(async (run) => {
    const [, link] = run.links;
    const client = await run.first.open();
    const { ready } = await connect(client, run.links[0]);
    await answered(run.links[0], client, "Good morning");
    run.call.stands = false;
    const { client: back } = await comeBack(run, ready.resumeToken);
    assertEquals(await back.next("new_call"), {
      type: "new_call",
      reason: "server_restarted",
      handshake: "server",
      transport: "webrtc",
    });
    back.send({ type: "offer", sdp: OFFER });
    await back.next("answer");
    back.send({ type: "connected" });
    const anchor = await link.expect("conversation.item.create");
    assertObjectMatch(anchor.item, { role: "system" });
    const { item } = await link.expect("conversation.item.create");
    assertObjectMatch(item, {
      role: "assistant",
      content: [{ type: "output_text", text: "Good morning" }],
    });
    assertEquals((await back.next("notice")).code, "call_renewed");
    back.send({ type: "text", text: "And now?" });
    await link.expect("conversation.item.create");
    await link.expect("response.create");
    await stop(back);
  });
});
