import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadAg2 } from "../../bench/ag2_load.ts";
import { hostAg2Session } from "../../lib/session/ag2.ts";
import { freePort } from "../support/app.ts";
import { testServices } from "../support/services.ts";

/** Once in each session. */
const ONCE = {
  seconds: 0,
  everyMs: 20,
  tool: "echo",
  arguments: '{"words":"hello"}',
};

/** A server that has room for three sessions. */
function startServer(answer?: Deno.ServeHandler) {
  const services = testServices();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    answer ?? ((request) => hostAg2Session(request, undefined, services)),
  );
  return {
    services,
    url: `ws://127.0.0.1:${server.addr.port}/session`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A server that says this to everybody who connects. */
function startOther(said: string) {
  return startServer((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.addEventListener("open", () => socket.send(said));
    return response;
  });
}

Deno.test("the load on AG2's wire is told as times of each session and call", async () => {
  await using server = startServer();
  const { url, services } = server;
  const { rows, errors, output } = await loadAg2({
    ...ONCE,
    url,
    sessions: 3,
    seconds: 0.05,
  });
  assertEquals(errors, {});
  assertEquals(output, "hello");
  const [init, call, lag] = rows;
  assertEquals(init!.samples.length, 3);
  assert(call!.samples.length >= 6, `${call!.samples.length} calls`);
  assertEquals(
    [...init!.samples, ...call!.samples].every((ms) => ms > 0),
    true,
  );
  assertEquals(lag!.samples.length > 0, true);
  assertEquals(
    rows.map(({ what, way, conversations }) => [what, way, conversations]),
    [
      ["connection begun to ag2.init", url, 3],
      ["function call to its output, echo", url, 3],
      ["event loop lag of the load generator", url, 3],
    ],
  );
  assertEquals(services.sessions.size, 0);
});

Deno.test("sessions that the server refuses are told of, and the others go on", async () => {
  await using server = startServer();
  const { rows, errors } = await loadAg2({
    ...ONCE,
    url: server.url,
    sessions: 5,
  });
  assertEquals(rows[1]!.samples.length, 3);
  assertEquals(errors, {
    "The server has closed the connection: 1011 All 3 places for conversations are taken. Try again in a moment.":
      2,
  });
});

Deno.test("a server that ends a session instead of answering is told of", async () => {
  await using server = startServer((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.addEventListener("open", () => socket.send('{"type":"ag2.init"}'));
    socket.addEventListener("message", () => socket.close(4000, "Enough"));
    return response;
  });
  const { rows, errors } = await loadAg2({
    ...ONCE,
    url: server.url,
    sessions: 1,
  });
  assertEquals(rows[1]!.samples, []);
  assertEquals(errors, {
    "The server has closed the connection: 4000 Enough": 1,
  });
});

Deno.test("an error of the server's is no output", async () => {
  await using server = startServer((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.addEventListener("open", () => socket.send('{"type":"ag2.init"}'));
    socket.addEventListener(
      "message",
      () => socket.send('{"type":"error","error":{"message":"No"}}'),
      { once: true },
    );
    return response;
  });
  const { errors } = await loadAg2({ ...ONCE, url: server.url, sessions: 1 });
  assertEquals(errors, {
    'The server tells of an error: {"type":"error","error":{"message":"No"}}':
      1,
  });
});

Deno.test("a server of another wire, and none at all, are no load", async () => {
  const load = (url: string) => loadAg2({ ...ONCE, url, sessions: 2 });
  for (const said of ['{"type":"hello"}', "null", "Welcome!"]) {
    await using other = startOther(said);
    await assertRejects(
      () => load(other.url),
      Error,
      `${other.url} does not speak AG2's wire, which begins with "ag2.init": it says ${said}`,
    );
  }
  await using plain = startServer(() => new Response("Hello"));
  await assertRejects(
    () => load(plain.url),
    Error,
    `The WebSocket ${plain.url} can't be used`,
  );
  const nobody = `ws://127.0.0.1:${freePort()}/session`;
  await assertRejects(
    () => load(nobody),
    Error,
    `The WebSocket ${nobody} can't be used`,
  );
});
