import * as fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { LocalPeer } from "../../lib/local/peer.ts";
import { handlePeerRequest } from "../../lib/local/requests.ts";
import { Client } from "./client.ts";
import { expand, garbled } from "./hostile.ts";
import { openOverNetwork } from "./memory_socket.ts";
import { clientMessages, isAnswer, QUESTION } from "./peer_events.ts";
import {
  BASE,
  codeIn,
  type PeerRequest,
  peerRequest,
} from "./peer_requests.ts";
import type { Seen, Surface, Target } from "./surface.ts";

/** The embedded peer on a port of its own. */
class PeerServer {
  readonly peer: LocalPeer;
  readonly #faults: string[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.peer = new LocalPeer({
      onError: ({ message }) => this.#faults.push(message),
    });
    this.#server = Deno.serve(
      {
        port: 0,
        hostname: "127.0.0.1",
        onListen() {},
        onError: (error) => {
          this.#faults.push(String(error));
          return new Response(null, { status: 500 });
        },
      },
      (request) => {
        const path = new URL(request.url).pathname.slice(BASE.length);
        return handlePeerRequest(this.peer, request, path, BASE);
      },
    );
  }

  get port(): number {
    return this.#server.addr.port;
  }

  /** A session over a WebSocket. */
  async session(): Promise<Client> {
    const url = `ws://127.0.0.1:${this.port}${BASE}/realtime`;
    const key = "openai-insecure-api-key.x";
    const client = new Client(await openOverNetwork(url, "realtime", key));
    assertEquals((await client.next()).type, "session.created");
    return client;
  }

  checkFaults(): void {
    assertEquals(this.#faults.splice(0), []);
  }

  async close(): Promise<void> {
    await this.#server.shutdown();
    await this.peer.close();
    this.checkFaults();
  }
}

/** Events of clients over WebSockets, before real ears and a real voice. */
export const peerEventsOverNetwork: Surface<string[]> = {
  name: "peer events, over TCP",
  share: 1,
  short: 5,
  inputs: clientMessages,
  open: () => Promise.resolve(new Sessions()),
};

class Sessions implements Target<string[]> {
  readonly #server = new PeerServer();

  async check(messages: string[], seen: Seen): Promise<void> {
    const client = await this.#server.session();
    for (const message of messages) client.send(expand(message));
    client.send(QUESTION);
    let event;
    while (!isAnswer(event = await client.next())) {
      if (event.type === "error") seen.refused(event.error.code);
    }
    seen.accepted();
    await client.close();
    this.#server.checkFaults();
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

/** What is sent over one connection. */
interface Exchange {
  http: string;
  /** Whether it may be no HTTP any more: then nothing more is sent. */
  garbled: boolean;
}

/** Requests as bytes over TCP, many of them no HTTP any more. */
export const peerRequestsOverNetwork: Surface<Exchange> = {
  name: "peer HTTP, over TCP",
  share: 1,
  short: 10,
  inputs: fc.oneof(
    peerRequest.filter(isSendable).map(httpOf)
      .map((http) => ({ http, garbled: false })),
    garbled(peerRequest.map(httpOf)).map((http) => ({ http, garbled: true })),
  ),
  open: () => Promise.resolve(new Connections()),
};

/** A request as it stands on the wire; whatever is wrong with it stays so. */
function httpOf({ method, path, headers, body }: PeerRequest): string {
  const content = body === undefined
    ? ""
    : typeof body === "string"
    ? expand(body)
    : new TextDecoder().decode(body);
  const length = new TextEncoder().encode(content).length;
  return [
    `${method} ${BASE}${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "connection: close, upgrade",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    `content-length: ${length}`,
    ...headers.filter(([name]) => name !== "content-length")
      .map(([name, value]) => `${name}: ${expand(value)}`),
    "",
    content,
  ].join("\r\n");
}

/** Whether its head has the form of HTTP. */
function isSendable({ path, headers }: PeerRequest): boolean {
  const inOneLine = /^[\x20-\x7e]*$/;
  return /^[\x21-\x7e]*$/.test(path) &&
    headers.every(([, value]) =>
      inOneLine.test(value) && !value.startsWith("h2c")
    );
}

class Connections implements Target<Exchange> {
  readonly #server = new PeerServer();

  async check({ http, garbled }: Exchange, seen: Seen): Promise<void> {
    const answer = await this.#exchange(expand(http), garbled);
    this.#server.checkFaults();
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    // What is no HTTP gets no answer, or one of the platform's without a body.
    const text = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    if (answer === "") {
      assert(garbled, "There was no answer");
      seen.refused("closed");
    } else if (status < 400) seen.accepted();
    else if (text === "") seen.refused(`${status}`);
    else seen.refused(`${status} ${codeIn(status, text)}`);
    assert(!(status >= 500), `The status is ${status}`);
    const { peer } = this.#server;
    const callId = /^location: .*\/(rtc_\w+)\r$/m.exec(answer)?.[1];
    if (callId !== undefined) await peer.hangup(callId);
    await this.#askForSecret();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /**
   * Sends a text; resolves with what comes back until the other side closes or
   * becomes a WebSocket.
   *
   * @param isAll Whether to say that nothing more follows.
   */
  async #exchange(sent: string, isAll: boolean): Promise<string> {
    const { port } = this.#server;
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    // Whoever has heard enough closes before all is said.
    const written = write(connection, new TextEncoder().encode(sent))
      .then(() => isAll ? connection.closeWrite() : undefined).catch(() => {});
    let answer = "";
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(16 * 1024);
    while (!answer.startsWith("HTTP/1.1 101")) {
      const size = await connection.read(buffer).catch(() => null);
      if (size === null) break;
      answer += decoder.decode(buffer.subarray(0, size), { stream: true });
    }
    connection.close();
    await written;
    return answer;
  }

  /** What everybody may ask for. */
  async #askForSecret(): Promise<void> {
    const url =
      `http://127.0.0.1:${this.#server.port}${BASE}/realtime/client_secrets`;
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: "Bearer any-key" },
    });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await connection.write(bytes.subarray(at));
  }
}
