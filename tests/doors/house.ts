import { App, type PageProps, staticFiles } from "fresh";
import { FakeClock, settle } from "parley/testing";
import { readConfig } from "../../lib/config.ts";
import type { State } from "../../lib/define.ts";
import { Doors } from "../../lib/doors/doors.ts";
import { guard } from "../../lib/doors/guard.ts";
import type { Identify } from "../../lib/identity.ts";
import { ENGLISH } from "../../lib/language/english.ts";
import { securityHeaders } from "../../lib/security_headers.ts";
import type { Services } from "../../lib/services.ts";
import { SUBPROTOCOL } from "../../lib/session/envelope.ts";
import Page from "../../routes/_app.tsx";
import * as status from "../../routes/api/status.ts";
import * as peer from "../../routes/local/v1/[...path].ts";
import * as session from "../../routes/session.ts";
import * as signIn from "../../routes/sign-in.tsx";
import * as signOut from "../../routes/sign-out.ts";
import { testServices } from "../support/services.ts";
import { SocketClient } from "../support/socket_client.ts";

/** Says to a {@link House} which address a request comes from. */
const FROM = "x-test-from";

/** Where requests come from that say nothing. */
const SOMEWHERE = "203.0.113.1";

export interface HouseOptions {
  /** Settings beside those of the tests. */
  environment?: Record<string, string>;
  services?: Partial<Services>;
  identify?: Identify;
}

/** A server's doors with little behind them, and callers from any address. */
export class House implements AsyncDisposable {
  readonly services: ReturnType<typeof testServices>;
  readonly clock = new FakeClock();
  /** The time for cookies, in milliseconds since 1970. */
  now = Date.UTC(2026, 0, 1);
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor({ environment, services, identify }: HouseOptions = {}) {
    const config = readConfig({
      REALTIME_HANDSHAKE: "ephemeral",
      ...environment,
    });
    this.services = testServices({ config, ...services });
    const { log } = this.services;
    this.services.doors = new Doors(config, log, {
      clock: this.clock,
      now: () => this.now,
      identify,
    });
    const app = new App<State>()
      .use(securityHeaders)
      .use(staticFiles())
      .use((ctx) => {
        ctx.state.services = this.services;
        ctx.state.messages = ENGLISH;
        return ctx.next();
      })
      .use(guard)
      .appWrapper((props) => Page(props as PageProps<never, State>))
      .get("/", (ctx) => ctx.text(`Hello ${ctx.state.identity?.id}`))
      .get("/start-chat", (ctx) => ctx.text("A page"))
      .post("/conversations/:id/delete", (ctx) => ctx.text("Deleted"))
      .route("/session", session)
      .route("/api/status", status)
      .route("/sign-in", { handler: signIn.handler, component: signIn.default })
      .route("/sign-out", signOut)
      .route("/local/v1/*", peer);
    const handler = app.handler();
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request, info) => {
        const hostname = request.headers.get(FROM) ?? SOMEWHERE;
        const remoteAddr = { transport: "tcp" as const, hostname, port: 1 };
        return handler(request, { ...info, remoteAddr });
      },
    );
  }

  /** Such as `http://127.0.0.1:1234`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Log lines, read. */
  get lines(): Record<string, unknown>[] {
    return this.services.lines.map((line) => JSON.parse(line));
  }

  /** Why requests were refused, and whose they were, as the log has it. */
  get refusals(): string[] {
    return this.lines.filter(({ level, reason }) =>
      level === "warn" && typeof reason === "string"
    ).map(({ client, reason }) => `${client}: ${reason}`);
  }

  /** Sends a request from an address; its answer's body is read. */
  async ask(
    path: string,
    { from = SOMEWHERE, headers, ...init }: RequestInit & { from?: string } =
      {},
  ): Promise<{ status: number; headers: Headers; text: string }> {
    const response = await fetch(`${this.url}${path}`, {
      redirect: "manual",
      ...init,
      headers: { ...headers as Record<string, string>, [FROM]: from },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  }

  /** Opens `/session`; without a protocol on AG2's wire. */
  open(
    from = SOMEWHERE,
    headers: Record<string, string> = {},
    protocol: string | undefined = SUBPROTOCOL,
  ): Promise<SocketClient> {
    return SocketClient.open(
      `${this.url.replace("http", "ws")}/session`,
      protocol || undefined,
      { ...headers, [FROM]: from },
    );
  }

  /** What is answered to who wants to open `/session` and is refused. */
  refusal(
    from = SOMEWHERE,
    headers: Record<string, string> = {},
    protocol = SUBPROTOCOL,
  ): Promise<Refused> {
    return shakeHands(`${this.url}/session`, {
      ...headers,
      [FROM]: from,
      ...(protocol === "" ? {} : { "sec-websocket-protocol": protocol }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    // It does not wait for what became a WebSocket.
    while (this.services.doors.visits.clients > 0) await settle();
  }
}

export interface Refused {
  status: number;
  headers: Headers;
  body: { error: string };
}

/** Asks for a WebSocket with any headers, and reads the answer that is none. */
async function shakeHands(
  url: string,
  headers: Record<string, string>,
): Promise<Refused> {
  using connection = await connectRaw(url, headers);
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of connection.readable) text += decoder.decode(chunk);
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  return {
    status: Number(first.split(" ")[1]),
    headers: new Headers(
      lines.map((line) => line.split(/: (.*)/s, 2) as [string, string]),
    ),
    body: JSON.parse(body),
  };
}

/** A TCP connection on which a WebSocket was asked for; nothing of it is read. */
export async function connectRaw(
  url: string,
  headers: Record<string, string>,
): Promise<Deno.TcpConn> {
  const { host, hostname, port, pathname } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({
    host,
    upgrade: "websocket",
    // The first is what HTTP asks for, the second ends it where it is refused.
    connection: "Upgrade, close",
    "sec-websocket-key": "cGFybGV5LXBhcmxleS1wYXI=",
    "sec-websocket-version": "13",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await connection.write(
    new TextEncoder().encode(`GET ${pathname} HTTP/1.1\r\n${lines}\r\n`),
  );
  return connection;
}
