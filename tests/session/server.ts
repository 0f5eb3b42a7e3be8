import { assertEquals } from "@std/assert";
import { FakeClock, ScriptedLink } from "parley/testing";
import { readConfig } from "../../lib/config.ts";
import type { SessionConfig } from "../../lib/realtime/events.ts";
import { SUBPROTOCOL } from "../../lib/session/envelope.ts";
import { hostSession } from "../../lib/session/page_socket.ts";
import type { Services } from "../../lib/services.ts";
import { testServices } from "../support/services.ts";
import { SocketClient } from "../support/socket_client.ts";

/** An offer as a browser's, as far as Parley looks at it. */
export const OFFER = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";

/** `/session` on a port of its own, with a clock that the test moves. */
export async function withServer(
  services: Services,
  test: (open: () => Promise<SocketClient>, clock: FakeClock) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => hostSession(request, services, clock),
  );
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  const clients: SocketClient[] = [];
  const open = async () => {
    const client = await SocketClient.open(url, SUBPROTOCOL);
    clients.push(client);
    return client;
  };
  try {
    await test(open, clock);
  } catch (error) {
    // What a test that fails leaves open would be waited for, and the error not seen.
    const running = [...services.sessions.values()];
    await Promise.all(running.map(({ end }) => end("The test has failed")));
    await Promise.all(clients.map((client) => client.close()));
    throw error;
  } finally {
    await server.shutdown();
  }
  assertEquals(services.sessions.size, 0);
  assertEquals(clock.pending, 0, "no timer is left");
}

/** What a test holds of a server whose model is the test itself. */
export interface Calls {
  open: () => Promise<SocketClient>;
  link: ScriptedLink;
  clock: FakeClock;
  /** What calls were made with, or sessions opened. */
  calls: { offer: string; session: SessionConfig }[];
  hungUp: string[];
  /** Resolves when a call has been hung up. */
  hangUp: Promise<void>;
  services: ReturnType<typeof testServices>;
}

/** A server whose calls are taken by a provider that the test holds. */
export async function withCalls(
  test: (run: Calls) => Promise<void>,
  environment: Record<string, string> = {},
): Promise<void> {
  const link = new ScriptedLink();
  const calls: Calls["calls"] = [];
  const hungUp: string[] = [];
  const { promise: hangUp, resolve } = Promise.withResolvers<void>();
  const services = testServices({
    config: readConfig({ MAX_SESSION_SECONDS: "600", ...environment }),
  });
  services.provider = {
    ...services.provider,
    createCall: (offer, session) => {
      calls.push({ offer, session });
      return Promise.resolve({ answer: "v=0 answer", callId: "rtc_secret" });
    },
    attach: (callId) => {
      assertEquals(callId, "rtc_secret");
      return Promise.resolve(link);
    },
    open: (session) => {
      calls.push({ offer: "", session });
      return Promise.resolve(link);
    },
    hangup: (callId) => {
      hungUp.push(callId);
      resolve();
      return Promise.resolve();
    },
  };
  await withServer(
    services,
    (open, clock) =>
      test({ open, link, clock, calls, hungUp, hangUp, services }),
  );
}

/** Goes through the handshake; the greeting has been asked for after it. */
export async function connect(
  client: SocketClient,
  link: ScriptedLink,
  start: Record<string, unknown> = {},
) {
  client.send({ type: "start", ...start });
  const ready = await client.next();
  client.send({ type: "offer", sdp: OFFER });
  const answer = await client.next();
  client.send({ type: "connected" });
  await link.expect("response.create");
  return { ready, answer };
}

/** Ends the conversation as a page does; resolves when the server has, too. */
export async function stop(client: SocketClient): Promise<void> {
  client.send({ type: "stop" });
  await client.closed();
}
