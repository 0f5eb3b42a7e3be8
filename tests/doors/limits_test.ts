import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { FakeClock } from "parley/testing";
import { FrameDoor } from "../../lib/doors/frame_door.ts";
import { createLog } from "../../lib/log.ts";
import type { SocketClient } from "../support/socket_client.ts";
import { connectRaw, House } from "./house.ts";

/** A crowd of other clients is no reason to be refused. */
const ROOM = { MAX_SESSIONS: "100" };
const AG2 = "";

/** Begins a conversation; resolves when it stands. */
async function begin(client: SocketClient): Promise<void> {
  client.send({ type: "start" });
  await client.next("ready");
}

/** Asks for something that is answered at once, so what came before was read. */
async function isServed(client: SocketClient): Promise<void> {
  client.send({ type: "start" });
  assertEquals((await client.next("error")).code, "already_started");
}

async function stop(...clients: SocketClient[]): Promise<void> {
  for (const client of clients) client.send({ type: "stop" });
  for (const client of clients) await client.closed();
}

Deno.test("a client begins so many conversations a minute, on either wire", async (test) => {
  await using house = new House({
    environment: { ...ROOM, SESSIONS_PER_MINUTE: "3" },
  });
  const wellBehaved = await house.open("198.51.100.1");
  await begin(wellBehaved);

  await test.step("where the socket stands it is told so, and may try again", async () => {
    const client = await house.open();
    for (let time = 0; time < 3; time++) {
      const other = await house.open();
      await begin(other);
      await stop(other);
    }
    client.send({ type: "start" });
    assertEquals(await client.next(), {
      type: "error",
      code: "too_many_starts",
      message:
        "Too many conversations were begun from here. Try again in 20 seconds.",
      retryable: true,
    });
    assertEquals(house.refusals.at(-1), "203.0.113.1: too_many_starts");
    await house.clock.advance(20_000);
    await begin(client);
    await stop(client);
  });

  await test.step("where it does not stand yet, it is refused before it does", async () => {
    const { status, headers, body } = await house.refusal(
      undefined,
      {},
      AG2,
    );
    assertEquals(status, 429);
    assertEquals(headers.get("retry-after"), "20");
    assertStringIncludes(body.error, "Try again in 20 seconds");
    await house.clock.advance(20_000);
    const client = await house.open(undefined, {}, AG2);
    await client.next("ag2.init");
    await client.close();
  });

  await test.step("others are not concerned", async () => {
    await isServed(wellBehaved);
    await stop(wellBehaved);
  });
});

Deno.test("starts that fail count as well", async () => {
  await using house = new House({ environment: { SESSIONS_PER_MINUTE: "2" } });
  const client = await house.open();
  const codes = [];
  for (let time = 0; time < 3; time++) {
    client.send({ type: "start", agent: "nobody" });
    codes.push((await client.next("error")).code);
  }
  assertEquals(codes, ["unknown_agent", "unknown_agent", "too_many_starts"]);
  await client.close();
});

Deno.test("a client has so many conversations at once", async (test) => {
  await using house = new House({
    environment: { ...ROOM, MAX_SESSIONS_PER_CLIENT: "2" },
  });
  const [first, second, third] = [
    await house.open(),
    await house.open(),
    await house.open(),
  ];
  await begin(first);
  await begin(second);

  await test.step("one more is refused, until another is over", async () => {
    third.send({ type: "start" });
    assertObjectMatch(await third.next(), {
      type: "error",
      code: "too_many_per_client",
      retryable: true,
    });
    const { status, headers } = await house.refusal(undefined, {}, AG2);
    assertEquals(status, 429);
    assertEquals(headers.get("retry-after"), "10");
    await stop(first);
    await begin(third);
  });

  await test.step("others have places of their own", async () => {
    const other = await house.open("198.51.100.1");
    await begin(other);
    await stop(other);
  });

  await test.step("a page that comes back is let in, whatever else it has open", async () => {
    const waiting = await house.open();
    waiting.send({ type: "start" });
    assertEquals((await waiting.next()).code, "too_many_per_client");
    await waiting.close();
    await stop(second);
    const page = await house.open();
    page.send({ type: "start" });
    const { resumeToken } = await page.next("ready");
    const again = await house.open();
    again.send({ type: "start", resume: resumeToken });
    assertEquals((await again.next("ready")).resumed, true);
    await page.closed();
    await stop(third, again);
  });

  await test.step("sockets without a conversation are counted too", async () => {
    const idle = [];
    for (let time = 0; time < 4; time++) idle.push(await house.open());
    const { status } = await house.refusal();
    assertEquals(status, 429);
    for (const client of idle) await client.close();
    await (await house.open()).close();
  });
});

Deno.test("a handshake that comes to nothing keeps no place", async () => {
  await using house = new House({
    environment: { MAX_SESSIONS_PER_CLIENT: "1" },
  });
  for (let time = 0; time < 3; time++) {
    const { status, body } = await house.refusal(undefined, {
      connection: "close",
    });
    assertEquals(status, 400);
    assertMatch(body.error, /^The WebSocket can't be opened: /);
  }
  for (const answerIsRead of [true, false, true, false]) {
    using connection = await connectRaw(`${house.url}/session`, {
      "x-test-from": "203.0.113.1",
      "sec-websocket-protocol": "parley.v1",
    });
    if (answerIsRead) await connection.read(new Uint8Array(1024));
  }
  // The server sees in its own time that they are gone.
  let client: SocketClient | undefined;
  for (let time = 0; time < 10_000 && client === undefined; time++) {
    client = await house.open().catch(() => undefined);
  }
  assert(client !== undefined, "Their places are free again");
  await begin(client);
  await stop(client);
});

Deno.test("frames that are too long or too many are refused, and in the end the page is", async (test) => {
  await using house = new House({ environment: ROOM });
  const wellBehaved = await house.open("198.51.100.1");
  await begin(wellBehaved);
  /** What a page is told that sends these after its conversation has begun. */
  const told = async (frames: unknown[]) => {
    const client = await house.open();
    await begin(client);
    await client.next("send");
    for (const frame of frames) client.send(frame);
    const codes: string[] = [];
    while (true) {
      const { type, code, message } = await client.next();
      codes.push(code);
      if (type === "ended") break;
      assertEquals(type, "error", message);
    }
    await client.closed();
    return codes;
  };
  const tenTimes = (code: string) => [...Array(10).fill(code), "bad_frames"];

  await test.step("JSON that is too long", async () => {
    const frame = { type: "text", text: "x".repeat(256 * 1024) };
    assertEquals(
      await told(Array(10).fill(frame)),
      tenTimes("bad_frame"),
    );
  });

  await test.step("sound that is too long", async () => {
    const frame = new Uint8Array(64 * 1024 + 2);
    assertEquals(await told(Array(10).fill(frame)), tenTimes("bad_frame"));
  });

  await test.step("frames that come too fast", async () => {
    const frame = { type: "connected" };
    // One of those that may come at once was the start.
    assertEquals(
      await told(Array(256 - 1 + 10).fill(frame)),
      tenTimes("too_many_frames"),
    );
  });

  await test.step("each is logged, with the client and without what it said", () => {
    assertEquals(
      house.refusals.filter((line) => line.endsWith("too_many_frames")),
      Array(10).fill("203.0.113.1: too_many_frames"),
    );
    const ends = house.lines.filter(({ message }) =>
      message === "A page was shut out"
    );
    assertEquals(ends.length, 3);
    assertObjectMatch(ends[0]!, { client: "203.0.113.1", code: "bad_frames" });
    assertEquals(house.services.lines.join().includes("xxx"), false);
  });

  await test.step("AG2's wire has the same limits, wider for pieces of arguments", async () => {
    const client = await house.open(undefined, {}, AG2);
    await client.next("ag2.init");
    const piece = {
      type: "response.function_call_arguments.delta",
      call_id: "c1",
      delta: "{",
    };
    for (let time = 0; time < 1_010; time++) client.send(piece);
    for (let time = 0; time < 10; time++) {
      assertEquals(
        (await client.next("error")).error.code,
        "too_many_frames",
      );
    }
    assertEquals(
      (await client.closed()).reason,
      "More than 9 frames could not be read",
    );
  });

  await test.step("who keeps to the limits is served as before", async () => {
    for (let time = 0; time < 10; time++) await isServed(wellBehaved);
    await stop(wellBehaved);
  });
});

Deno.test("frames may go on for ever at the pace that is allowed", async () => {
  await using house = new House();
  const client = await house.open();
  await begin(client);
  for (let second = 0; second < 20; second++) {
    for (let time = 0; time < 49; time++) {
      client.send({ type: "connected" });
    }
    await isServed(client);
    await house.clock.advance(1_000);
  }
  await stop(client);
});

Deno.test("sound may come as fast as it is spoken, and after a stall all at once", async () => {
  const clock = new FakeClock();
  const door = new FrameDoor(createLog({}, () => {}), clock);
  const comes = (ms: number) =>
    door.check(new ArrayBuffer(48 * ms))?.code ?? "taken";
  for (let block = 0; block < 1_500; block++) assertEquals(comes(20), "taken");
  assertEquals(comes(20), "too_many_frames");
  await clock.advance(1_000);
  // Blocks of another length cost as much as they hold.
  assertEquals([comes(1_000), comes(1_000), comes(20)], [
    "taken",
    "taken",
    "too_many_frames",
  ]);
  assertEquals(comes(1_366), "bad_frame");
});

Deno.test("a conversation that has used its tokens is ended", async () => {
  await using house = new House({
    environment: { MAX_SESSION_TOKENS: "1000" },
  });
  const client = await house.open();
  await begin(client);
  const use = (input_tokens: number, output_tokens: number) =>
    client.send({
      type: "event",
      event: {
        type: "response.done",
        response: { usage: { input_tokens, output_tokens } },
      },
    });
  use(600, 399);
  assertObjectMatch(await client.next("usage"), { inputTokens: 600 });
  await isServed(client);
  use(0, 1);
  assertEquals(await client.next("ended"), {
    type: "ended",
    code: "token_limit",
    reason: "The conversation has used all its tokens",
  });
  await client.closed();
  assertEquals(house.services.sessions.size, 0);
});
