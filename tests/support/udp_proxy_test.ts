import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { setImmediate } from "node:timers";
import { type Network, startUdpProxy } from "./udp_proxy.ts";

/** A server that sends everything back, a proxy before it, and a client. */
async function openEcho(network: Partial<Network>) {
  const proxy = await startUdpProxy(network);
  const [server, client] = await Promise.all([bound(), bound()]);
  server.on(
    "message",
    (datagram: Uint8Array, { port, address }: RemoteInfo) =>
      server.send(datagram, port, address),
  );
  proxy.leadTo(server.address());
  return {
    proxy,
    /** Resolves with the first bytes of what has come back, once it is so many. */
    async echo(values: number[], count = values.length): Promise<number[]> {
      const back: number[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      client.on("message", ([value]: Uint8Array) => {
        if (back.push(value!) === count) resolve();
      });
      for (const value of values) {
        client.send(Uint8Array.of(value), proxy.port, "127.0.0.1");
      }
      await promise;
      return back;
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await Promise.all([closed(server), closed(client)]);
    },
  };
}

async function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  const end = once(socket, "close");
  socket.close();
  await end;
}

/** Lets the sockets do what they have to. */
function aMoment(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test("datagrams go both ways through a clean proxy, in order", async () => {
  await using way = await openEcho({});
  assertEquals(await way.echo([1, 2, 3]), [1, 2, 3]);
  assertEquals(way.proxy.count, { passed: 6, dropped: 0 });
});

Deno.test("with jitter datagrams overtake each other, none is lost, and all are late", async () => {
  await using way = await openEcho({ delayMs: 40, jitterMs: 30 });
  const values = Array.from({ length: 20 }, (_, i) => i);
  const begunAt = performance.now();
  const back = await way.echo(values);
  assertLess(20, performance.now() - begunAt);
  assertEquals(back.toSorted((a, b) => a - b), values);
  assertEquals(back.some((value, i) => value !== i), true);
});

Deno.test("a blocked way lets nothing through until it is open again", async () => {
  await using way = await openEcho({ block: true });
  const back = way.echo([1, 2], 1);
  while (way.proxy.count.dropped < 2) await aMoment();
  way.proxy.network.block = false;
  await way.echo([3], 1);
  assertEquals(await back, [3]);
});

Deno.test("as many get lost as are to be, and as many again with the same seed", async () => {
  const dropped: number[] = [];
  for (const seed of [5, 5]) {
    await using proxy = await startUdpProxy({ loss: 0.3 }, seed);
    const [server, client] = await Promise.all([bound(), bound()]);
    proxy.leadTo(server.address());
    for (let i = 0; i < 200; i++) {
      client.send(Uint8Array.of(i), proxy.port, "127.0.0.1");
    }
    while (proxy.count.passed + proxy.count.dropped < 200) await aMoment();
    dropped.push(proxy.count.dropped);
    await Promise.all([closed(server), closed(client)]);
  }
  assertEquals(dropped[0], dropped[1]);
  assertAlmostEquals(dropped[0]! / 200, 0.3, 0.1);
});
