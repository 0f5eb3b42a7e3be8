import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "parley/testing";
import { DtlsFlights } from "../../lib/local/dtls_flights.ts";

const CHANGE_CIPHER_SPEC = 20;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;

/** A record of DTLS 1.2. */
function record(type: number, body: number[], epoch = 0): Uint8Array {
  const length = [body.length >> 8, body.length & 255];
  return Uint8Array.of(
    ...[type, 254, 253, 0, epoch, 0, 0, 0, 0, 0, 0],
    ...length,
    ...body,
  );
}

/** A handshake message, or the part of it from byte `from` to byte `to`, as the body of a record. */
function message(
  number: number,
  body: number[],
  from = 0,
  to = body.length,
): number[] {
  const part = body.slice(from, to);
  const uint24 = (value: number) => [0, value >> 8, value & 255];
  return [
    ...[1, ...uint24(body.length), 0, number],
    ...[...uint24(from), ...uint24(part.length), ...part],
  ];
}

/** A record with one message, or a part of it. */
function said(...parts: Parameters<typeof message>): Uint8Array {
  return record(HANDSHAKE, message(...parts));
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function openFlights({ open = true } = {}) {
  const clock = new FakeClock();
  const delivered: Uint8Array[] = [];
  const transmitted: Uint8Array[] = [];
  const flights = new DtlsFlights(
    (record) => delivered.push(record),
    (datagram) => transmitted.push(datagram),
    clock,
  );
  if (open) flights.open();
  return { clock, delivered, transmitted, flights };
}

Deno.test("a message that comes in fragments is given to the server whole, in whatever order they come", () => {
  const { delivered, flights } = openFlights();
  const body = [1, 2, 3, 4, 5];
  flights.receive(said(0, body, 3));
  flights.receive(said(0, body, 2, 4));
  assertEquals(delivered, []);
  flights.receive(said(0, body, 0, 2));
  assertEquals(delivered, [said(0, body)]);
});

Deno.test("messages are given to the server in order, each once", () => {
  const { delivered, flights } = openFlights();
  flights.receive(said(1, [11]));
  flights.receive(said(2, []));
  flights.receive(said(1, [11]));
  assertEquals(delivered, []);
  flights.receive(said(0, [10]));
  assertEquals(delivered, [said(0, [10]), said(1, [11]), said(2, [])]);
});

Deno.test("several messages in a record, and several records in a datagram, are all taken", () => {
  const { delivered, flights } = openFlights();
  const ccs = record(CHANGE_CIPHER_SPEC, [1]);
  const finished = record(HANDSHAKE, [9, 9], 1);
  flights.receive(joined(
    record(HANDSHAKE, [...message(0, [10]), ...message(1, [11])]),
    said(2, [12]),
    ccs,
    finished,
  ));
  assertEquals(delivered, [
    said(0, [10]),
    said(1, [11]),
    said(2, [12]),
    ccs,
    finished,
  ]);
});

Deno.test("what comes before the server is there, waits for it", () => {
  const { delivered, flights } = openFlights({ open: false });
  flights.receive(said(0, [10]));
  assertEquals(delivered, []);
  flights.open();
  assertEquals(delivered, [said(0, [10])]);
});

Deno.test("what the server says at one go, goes in one datagram, as far as it fits", async () => {
  const { transmitted, flights } = openFlights();
  const long = said(3, new Array(1160).fill(7));
  flights.send(said(1, [1]));
  flights.send(said(2, [2]));
  flights.send(long);
  await settle();
  assertEquals(transmitted, [joined(said(1, [1]), said(2, [2])), long]);
});

Deno.test("a message that the browser repeats is answered with what was said last, and not given to the server again", async () => {
  const { delivered, transmitted, flights } = openFlights();
  flights.receive(said(0, [10]));
  flights.send(said(0, [20]));
  await settle();
  flights.receive(said(0, [10]));
  assertEquals(transmitted, [said(0, [20]), said(0, [20])]);
  assertEquals(delivered.length, 1);
});

Deno.test("of a repeated message in fragments only the last one is answered", async () => {
  const { transmitted, flights } = openFlights();
  flights.receive(said(0, [10, 11]));
  flights.send(said(0, [20]));
  await settle();
  flights.receive(said(0, [10, 11], 0, 1));
  assertEquals(transmitted.length, 1);
  flights.receive(said(0, [10, 11], 1, 2));
  assertEquals(transmitted.length, 2);
});

Deno.test("what the browser does not react to is said twice more", async () => {
  const { clock, transmitted, flights } = openFlights();
  flights.send(said(0, [20]));
  await clock.advance(299);
  assertEquals(transmitted.length, 1);
  await clock.advance(1);
  assertEquals(transmitted.length, 2);
  await clock.advance(10_000);
  assertEquals(transmitted.length, 3);
  assertEquals(clock.pending, 0);
});

Deno.test("nothing is said again once the browser goes on, or the call is closed", async () => {
  const { clock, transmitted, flights } = openFlights();
  flights.send(said(0, [20]));
  await settle();
  flights.receive(said(0, [10]));
  await clock.advance(1000);
  assertEquals(transmitted.length, 1);
  flights.send(said(1, [21]));
  await settle();
  flights.close();
  await clock.advance(1000);
  assertEquals(transmitted.length, 2);
});

Deno.test("after the server's last word, an encrypted handshake message means that it was lost", async () => {
  const { delivered, transmitted, flights } = openFlights();
  const finished = record(HANDSHAKE, [9, 9], 1);
  flights.receive(finished);
  flights.send(record(CHANGE_CIPHER_SPEC, [1]));
  flights.send(record(HANDSHAKE, [8, 8], 1));
  await settle();
  flights.receive(finished);
  assertEquals(delivered, [finished]);
  assertEquals(transmitted.length, 2);
  assertEquals(transmitted[1], transmitted[0]);
});

Deno.test("data goes through both ways as it is", () => {
  const { delivered, transmitted, flights } = openFlights();
  const data = record(APPLICATION_DATA, [1, 2, 3], 1);
  flights.receive(data);
  flights.send(data);
  assertEquals(delivered, [data]);
  assertEquals(transmitted, [data]);
});

Deno.test("what makes no sense is passed over", () => {
  const { delivered, transmitted, flights } = openFlights();
  const good = said(0, [10]);
  const tooLong = message(0, [1]);
  tooLong[1] = 1;
  for (
    const bad of [
      new Uint8Array(),
      good.subarray(0, 12),
      good.subarray(0, good.length - 1),
      record(HANDSHAKE, message(0, [10]).slice(0, 11)),
      record(HANDSHAKE, message(0, [10, 11]).slice(0, 13)),
      record(HANDSHAKE, tooLong),
      said(8, [1]),
      // Both speak of another length.
      joined(said(1, [1, 2], 0, 1), said(1, [1, 2, 3], 1, 2)),
    ]
  ) flights.receive(bad);
  assertEquals(delivered, []);
  flights.receive(good);
  flights.receive(said(1, [1, 2], 1, 2));
  assertEquals(delivered, [good, said(1, [1, 2])]);
  assertEquals(transmitted, []);
});
