import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { systemClock, type Timer } from "../../lib/clock.ts";

/** What a way does to the datagrams on it, in each direction. */
export interface Network {
  /** 0 to 1: the part of the datagrams that gets lost. */
  loss: number;
  /** How long a datagram takes, in ms. */
  delayMs: number;
  /** By how much that differs, evenly, either way, in ms: they may overtake each other. */
  jitterMs: number;
  /** Whether none gets through. */
  block: boolean;
}

/** A way to a UDP server, as bad as the test wants it. */
export interface UdpProxy extends AsyncDisposable {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** May be changed at any time; what is on its way already still arrives. */
  readonly network: Network;
  /** How many datagrams got through, and how many did not. */
  readonly count: { passed: number; dropped: number };
  /** Whoever is new leads to this server from now on. */
  leadTo(server: Address): void;
}

export interface Address {
  address: string;
  port: number;
}

/** Nothing lost, nothing late. */
export const CLEAN: Network = {
  loss: 0,
  delayMs: 0,
  jitterMs: 0,
  block: false,
};

/**
 * Listens on a free port of 127.0.0.1 and passes every datagram on, both ways. As
 * behind a NAT, the server sees each client by a port of its own.
 *
 * @param seed What chance begins with: the same one gives the same chances.
 */
export async function startUdpProxy(
  network: Partial<Network> = {},
  seed = 1,
): Promise<UdpProxy> {
  const now: Network = { ...CLEAN, ...network };
  const count = { passed: 0, dropped: 0 };
  const chance = chances(seed);
  const front = await bound("127.0.0.1");
  const ways = new Map<string, Promise<Socket>>();
  const underWay = new Set<Timer>();
  let target: Address | undefined;
  let closed = false;

  front.on("message", async (datagram: Uint8Array, client: RemoteInfo) => {
    const server = target;
    if (server === undefined) return;
    const name = `${client.address}:${client.port}`;
    if (!ways.has(name)) ways.set(name, openWay(client, server));
    const way = await ways.get(name)!;
    pass(datagram, way);
  });

  /** The socket by which the server sees this client. */
  async function openWay(client: RemoteInfo, server: Address): Promise<Socket> {
    const way = await bound(server.address);
    way.connect(server.port, server.address);
    await once(way, "connect");
    way.on("message", (datagram: Uint8Array) => pass(datagram, front, client));
    // A server that has closed its port refuses; to the client that is silence.
    way.on("error", () => {});
    return way;
  }

  function pass(datagram: Uint8Array, by: Socket, to?: Address): void {
    const { loss, delayMs, jitterMs, block } = now;
    if (block || chance() < loss) {
      count.dropped++;
      return;
    }
    count.passed++;
    const send = () => {
      if (closed) return;
      if (to === undefined) by.send(datagram);
      else by.send(datagram, to.port, to.address);
    };
    if (delayMs === 0 && jitterMs === 0) return send();
    const takes = delayMs + jitterMs * (2 * chance() - 1);
    const timer = systemClock.after(takes, () => {
      underWay.delete(timer);
      send();
    });
    underWay.add(timer);
  }

  return {
    port: front.address().port,
    network: now,
    count,
    leadTo: (server) => target = server,
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const timer of underWay) systemClock.clear(timer);
      const sockets = [front, ...await Promise.all(ways.values())];
      await Promise.all(sockets.map((socket) => {
        const end = once(socket, "close");
        socket.close();
        return end;
      }));
    },
  };
}

async function bound(address: string): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  return socket;
}

/** Numbers from 0 to 1, as even as they need be here: mulberry32. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
