import { assertEquals, assertRejects } from "@std/assert";
import type { RealtimeServerEvent } from "../../../lib/realtime/events.ts";
import { SocketLink } from "../../../lib/realtime/socket_link.ts";
import { FakeClock } from "parley/testing";

/** A WebSocket in the test's hands. */
class FakeSocket extends EventTarget {
  readyState: number = WebSocket.CONNECTING;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closedWith: [number | undefined, string | undefined] | undefined;

  send(text: string): void {
    this.sent.push(text);
  }

  close(code?: number, reason?: string): void {
    this.readyState = WebSocket.CLOSING;
    this.closedWith = [code, reason];
  }

  open(): void {
    this.readyState = WebSocket.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  message(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  closed(code: number, reason = ""): void {
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new CloseEvent("close", { code, reason }));
  }
}

function linked({ open = true } = {}) {
  const socket = new FakeSocket();
  const clock = new FakeClock();
  const malformed: string[] = [];
  const link = new SocketLink(socket as unknown as WebSocket, {
    clock,
    onMalformed: (fault) => malformed.push(fault),
  });
  if (open) socket.open();
  return { socket, clock, link, malformed };
}

async function typesOf(link: SocketLink): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of link.events) types.push(type);
  return types;
}

const big = { type: "input_audio_buffer.append", audio: "" } as const;

Deno.test("what is sent before the socket is open goes out in order", () => {
  const { socket, link } = linked({ open: false });
  link.send({ type: "response.create", event_id: "1" });
  link.send({ type: "response.cancel", event_id: "2" });
  assertEquals(socket.sent, []);
  socket.open();
  link.send({ type: "response.create", event_id: "3" });
  assertEquals(socket.sent.map((text) => JSON.parse(text).event_id), [
    "1",
    "2",
    "3",
  ]);
});

Deno.test("frames that are no events are passed over and reported without their text", async () => {
  const { socket, link, malformed } = linked();
  for (
    const frame of [
      "{",
      "5",
      "null",
      "[]",
      '{"type":5}',
      "{}",
      new ArrayBuffer(3),
      '{"type":"new.on.the.wire"}',
    ]
  ) socket.message(frame);
  socket.closed(1000);
  assertEquals(await typesOf(link), ["new.on.the.wire"]);
  assertEquals(malformed.length, 7);
  assertEquals(malformed.slice(-2), [
    "A frame of 2 characters is no JSON object with a type",
    "A binary frame came where events are text",
  ]);
});

Deno.test("the events end with the socket, and what follows is ignored", async () => {
  const { socket, link } = linked();
  socket.message('{"type":"error"}');
  socket.closed(1001, "session_expired");
  assertEquals(await link.closed, { code: 1001, reason: "session_expired" });
  link.send({ type: "response.create" });
  assertEquals(socket.sent, []);
  assertEquals(await typesOf(link), ["error"]);
  await link.close();
  assertEquals(socket.closedWith, undefined);
});

Deno.test("closing waits for the peer, and ends the events at once", async () => {
  const { socket, clock, link } = linked();
  const closing = link.close("é".repeat(100));
  assertEquals(await typesOf(link), []);
  assertEquals(socket.closedWith, [1000, "é".repeat(61)]);
  socket.message('{"type":"late"}');
  socket.closed(1000);
  await closing;
  await link.close("again");
  assertEquals(clock.pending, 0);
});

Deno.test("a peer that never says goodbye is not waited for", async () => {
  const { clock, link } = linked();
  const closing = link.close();
  await clock.advance(2000);
  await closing;
  assertEquals((await link.closed).code, 1006);
});

Deno.test("a peer that takes nothing more ends the link with an error", async (test) => {
  await test.step("of what the socket holds", async () => {
    const { socket, link } = linked();
    link.send(big);
    socket.bufferedAmount = 8 * 1024 * 1024 + 1;
    link.send(big);
    link.send(big);
    assertEquals(socket.sent.length, 2);
    assertEquals(socket.closedWith?.[0], 4008);
    await assertRejects(
      () => typesOf(link),
      Error,
      "More than 8388608 bytes wait to be sent",
    );
    socket.closed(1006);
  });
  await test.step("of what waits for the socket to open", async () => {
    const { socket, link } = linked({ open: false });
    for (let time = 0; time < 9; time++) {
      link.send({ ...big, audio: "A".repeat(1024 * 1024) });
    }
    assertEquals(socket.closedWith?.[0], 4008);
    await assertRejects(() => typesOf(link), Error, "wait to be sent");
    socket.closed(1006);
  });
});

Deno.test("a reader that falls behind ends the link with an error", async () => {
  const { socket, link } = linked();
  for (let time = 0; time <= 10_000; time++) socket.message('{"type":"t"}');
  assertEquals(socket.closedWith, [4008, "Events were not read"]);
  socket.closed(1005);
  const read: RealtimeServerEvent[] = [];
  await assertRejects(
    async () => {
      for await (const event of link.events) read.push(event);
    },
    Error,
    "More than 10000 events are waiting",
  );
  assertEquals(read.length, 10_000);
});
