import { assertEquals } from "@std/assert";
import { FakeClock } from "parley/testing";
import { PacketOrder } from "../../../lib/local/audio/packet_order.ts";

/** Packets whose only byte is their sequence number's lowest. */
function openOrder() {
  const clock = new FakeClock();
  const log: string[] = [];
  const order = new PacketOrder(
    (payload, missing) => log.push(`${payload[0]} after ${missing} lost`),
    clock,
  );
  const receive = (...sequences: number[]) => {
    for (const sequence of sequences) {
      order.receive(sequence, Uint8Array.of(sequence & 0xff));
    }
  };
  return { clock, log, order, receive };
}

Deno.test("packets in order go on at once", () => {
  const { clock, log, receive } = openOrder();
  receive(7, 8, 9);
  assertEquals(log, ["7 after 0 lost", "8 after 0 lost", "9 after 0 lost"]);
  assertEquals(clock.pending, 0);
});

Deno.test("a packet that was overtaken takes its place", () => {
  const { clock, log, receive } = openOrder();
  receive(1, 4, 3, 2, 5);
  assertEquals(
    log,
    [1, 2, 3, 4, 5].map((sequence) => `${sequence} after 0 lost`),
  );
  assertEquals(clock.pending, 0);
});

Deno.test("a packet that does not come within 220 ms is lost, and too late afterwards", async () => {
  const { clock, log, receive } = openOrder();
  receive(1, 4);
  await clock.advance(219);
  assertEquals(log, ["1 after 0 lost"]);
  await clock.advance(1);
  assertEquals(log, ["1 after 0 lost", "4 after 2 lost"]);
  receive(3, 5);
  assertEquals(log.slice(2), ["5 after 0 lost"]);
});

Deno.test("each gap is waited for from when it showed", async () => {
  const { clock, log, receive } = openOrder();
  receive(1, 3);
  await clock.advance(100);
  receive(5);
  await clock.advance(120);
  assertEquals(log, ["1 after 0 lost", "3 after 1 lost"]);
  await clock.advance(100);
  assertEquals(log.slice(2), ["5 after 1 lost"]);
  assertEquals(clock.pending, 0);
});

Deno.test("a packet that comes twice counts once", async () => {
  const { clock, log, receive } = openOrder();
  receive(1, 1, 3, 3);
  await clock.advance(220);
  assertEquals(log, ["1 after 0 lost", "3 after 1 lost"]);
});

Deno.test("the numbers begin anew after 65535", () => {
  const { log, receive } = openOrder();
  receive(65_534, 0, 65_535, 1);
  assertEquals(log, [
    "254 after 0 lost",
    "255 after 0 lost",
    "0 after 0 lost",
    "1 after 0 lost",
  ]);
});

Deno.test("a stream of packets behind a gap does not pile up", () => {
  const { log, receive } = openOrder();
  receive(1, ...Array.from({ length: 51 }, (_, i) => i + 3));
  assertEquals(log[1], "3 after 1 lost");
  assertEquals(log.length, 52);
});

Deno.test("a closed order gives out nothing more", async () => {
  const { clock, log, order, receive } = openOrder();
  receive(1, 3);
  order.close();
  await clock.advance(1000);
  assertEquals(log, ["1 after 0 lost"]);
  assertEquals(clock.pending, 0);
});
