import { assertEquals, assertObjectMatch } from "@std/assert";
import { settle } from "parley/testing";
import { connect, stop } from "./server.ts";
import { withTwoServers } from "./two_servers.ts";

Deno.test("a server that is about to stop hands its conversations over, in their next pause", async () => {
  await withTwoServers(async ({ first, second, links: [link, next] }) => {
    const client = await first.open();
    const { ready } = await connect(client, link);
    link.says({ type: "response.created", response: {} });
    await client.next("event");
    const { drain, sessions, heartbeat } = first.services;
    const left = drain.start(sessions, 5);
    assertObjectMatch(await client.next(), {
      type: "notice",
      code: "server_stopping",
    });
    const refused = drain.refuse()!;
    assertEquals([refused.status, refused.headers.get("retry-after")], [
      503,
      "2",
    ]);
    await settle();
    assertEquals(sessions.size, 1, "the agent is speaking");
    link.says({ type: "response.done", response: {} });
    await left;
    assertEquals(sessions.size, 0);
    await client.closed();
    await heartbeat.close();

    const back = await second.open();
    back.send({ type: "start", resume: ready.resumeToken });
    assertObjectMatch(await back.next(), {
      type: "ready",
      sessionId: ready.sessionId,
      resumed: true,
    });
    await next.expect("session.update");
    await stop(back);
  });
});

Deno.test("one that does not come to a pause is handed over all the same", async () => {
  await withTwoServers(async ({ first, links: [link], live }) => {
    const client = await first.open();
    await connect(client, link);
    const { drain, sessions } = first.services;
    await drain.start(sessions, 0);
    assertEquals(sessions.size, 0);
    await client.closed();
    assertEquals((await Array.fromAsync(live.list())).length, 1);
  });
});
