import { assertEquals, assertRejects } from "@std/assert";
import { Problem } from "../../lib/client/problems.ts";
import { SessionLine } from "../../lib/client/session_line.ts";
import type { BrowserFrame, ServerFrame } from "../../lib/session/envelope.ts";
import { FakeClock } from "../../lib/testing/mod.ts";

const READY = {
  type: "ready",
  sessionId: "sess_1",
  resumeToken: "token-1",
  agent: { name: "weather", title: "Weather Bot" },
  handshake: "server",
  transport: "webrtc",
} satisfies ServerFrame;

/** A server whose every WebSocket the test holds in its hands. */
function fakeServer() {
  const sockets: WebSocket[] = [];
  const waiting: ((socket: WebSocket) => void)[] = [];
  const end = new AbortController();
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      onListen() {},
      signal: end.signal,
    },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request, {
        protocol: "parley.v1",
      });
      socket.addEventListener("open", () => {
        const next = waiting.shift();
        if (next === undefined) sockets.push(socket);
        else next(socket);
      });
      return response;
    },
  );
  return {
    url: new URL(`ws://127.0.0.1:${server.addr.port}/session`),
    /** The next WebSocket, with what comes over it as frames. */
    async next() {
      const socket = sockets.shift() ??
        await new Promise<WebSocket>((resolve) => waiting.push(resolve));
      return wire(socket);
    },
    async [Symbol.asyncDispose]() {
      end.abort();
      await server.finished;
    },
  };
}

function wire(socket: WebSocket) {
  const frames: BrowserFrame[] = [];
  let wake = () => {};
  socket.addEventListener("message", ({ data }) => {
    frames.push(JSON.parse(data));
    wake();
  });
  return {
    send: (frame: ServerFrame) => socket.send(JSON.stringify(frame)),
    close: () => socket.close(1001),
    async frame(): Promise<BrowserFrame> {
      while (frames.length === 0) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      return frames.shift()!;
    },
  };
}

/** A line, and what it told. */
function open(url: URL) {
  const clock = new FakeClock();
  const lost = Promise.withResolvers<Problem>();
  const received: string[] = [];
  const line = new SessionLine(url, {
    onFrame: ({ type }) => void received.push(type),
    onLost: lost.resolve,
    onSent: () => {},
  }, clock);
  /** Resolves when the page would show this many seconds. */
  const countdown = (seconds: number | undefined) =>
    new Promise<void>((resolve) => {
      const end = line.retryIn.subscribe((value) => {
        if (value !== seconds) return;
        queueMicrotask(() => end());
        resolve();
      });
    });
  return { line, clock, lost: lost.promise, received, countdown };
}

/** A line that stood, and has just been broken. */
async function broken(server: ReturnType<typeof fakeServer>) {
  const parts = open(server.url);
  const opened = parts.line.open({ type: "start" });
  const first = await server.next();
  first.send(READY);
  await opened;
  first.close();
  await parts.countdown(1);
  return parts;
}

Deno.test("a line that breaks is made anew, with a countdown and what waited", async () => {
  await using server = fakeServer();
  const { line, clock, received, countdown } = open(server.url);
  const opened = line.open({ type: "start", agent: "weather" });
  const first = await server.next();
  assertEquals(await first.frame(), { type: "start", agent: "weather" });
  first.send(READY);
  assertEquals((await opened).sessionId, "sess_1");
  line.send({ type: "text", text: "one" });
  assertEquals(await first.frame(), { type: "text", text: "one" });

  first.close();
  await countdown(1);
  line.send({ type: "text", text: "two" });
  line.send(new Int16Array(480));
  await clock.advance(1_000);
  assertEquals(line.retryIn.value, 0);
  const second = await server.next();
  assertEquals(await second.frame(), { type: "start", resume: "token-1" });
  second.send({ ...READY, resumed: true, resumeToken: "token-2" });
  second.send({ type: "ended", code: "stopped", reason: "x" });
  assertEquals(await second.frame(), { type: "text", text: "two" });
  await countdown(undefined);
  line.close();
  assertEquals(await second.frame(), { type: "stop" });
  assertEquals(received.slice(0, 2), ["ready", "ready"]);
  assertEquals(clock.pending, 0);
});

Deno.test("a server that forgot the conversation ends it with its own word", async () => {
  await using server = fakeServer();
  const { line, clock, lost } = await broken(server);
  await clock.advance(1_000);
  const second = await server.next();
  await second.frame();
  second.send({
    type: "error",
    code: "resume_failed",
    message: "Gone",
    retryable: false,
  });
  assertEquals((await lost).code, "resume_failed");
  assertEquals(line.retryIn.value, undefined);
});

Deno.test("a server that stays away is given up after a while, with longer and longer waits", async () => {
  const server = fakeServer();
  const { line, clock, lost, countdown } = await broken(server);
  await server[Symbol.asyncDispose]();
  const waits: number[] = [];
  let given: Problem | undefined;
  const over = lost.then((problem) => given = problem);
  while (given === undefined) {
    const seconds = line.retryIn.value!;
    waits.push(seconds);
    await clock.advance(seconds * 1_000);
    assertEquals(line.retryIn.value, 0);
    // Nobody listens there: the try fails by itself, and the next wait begins.
    await Promise.race([over, ...[1, 2, 4, 8].map(countdown)]);
  }
  assertEquals(waits, [1, 1, 2, 4, 8, 8, 8]);
  assertEquals(given.code, "server_gone");
});

Deno.test("a server that says no, or is not there, does not let a conversation begin", async () => {
  let url: URL;
  {
    await using server = fakeServer();
    url = server.url;
    const { line } = open(url);
    const opened = line.open({ type: "start" });
    const socket = await server.next();
    socket.send({
      type: "error",
      code: "too_many_sessions",
      message: "All places are taken.",
      retryable: true,
    });
    const refused = await assertRejects(() => opened, Problem);
    assertEquals(refused.code, "too_many_sessions");
    assertEquals(refused.message, "All places are taken.");
  }
  const { line } = open(url);
  const missing = await assertRejects(
    () => line.open({ type: "start" }),
    Problem,
  );
  assertEquals(missing.code, "server_unreachable");
});
