/**
 * A stand-in for a provider: OpenAI's Realtime wire on loopback, without media,
 * with a model that follows a script. As a process of its own it outlives the
 * servers that use it:
 *
 * ```sh
 * deno run -A bench/support/scripted_peer.ts --port=8100 --delay=50
 * ```
 */
import { parseArgs } from "node:util";
import { type Clock, delay, systemClock } from "../../lib/clock.ts";
import { ClientEventError } from "../../lib/local/errors.ts";
import {
  bearerOf,
  HttpRefusal,
  json,
  parseObject,
  refuse,
} from "../../lib/local/http.ts";
import { newSession, parseSession } from "../../lib/local/session_config.ts";
import type { SessionConfig } from "../../lib/realtime/events.ts";
import { newId } from "../../lib/realtime/ids.ts";
import { Book, type Figures } from "./book.ts";
import { cannedWeather } from "./canned_weather.ts";
import { ScriptedSession } from "./scripted_session.ts";

/** An answer as far as Parley looks at it; nobody will ever connect to it. */
const ANSWER = [
  "v=0",
  "o=- 0 0 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 127.0.0.1",
  "a=inactive",
  "",
].join("\r\n");

const SECRET_SECONDS = 600;

export interface ScriptedPeerOptions {
  /** A free one if left out. */
  port?: number;
  /** How long every request to the provider waits for its answer, in ms. */
  delayMs?: number;
  clock?: Clock;
}

/**
 * The stand-in, listening. Beside the wire it has
 *
 * - `GET /book`: what it has counted, as {@link Figures};
 * - `POST /hear/{call_id}` with `{"text"}`: the person says this aloud;
 * - a weather service, see {@link cannedWeather}.
 */
export class ScriptedPeer implements AsyncDisposable {
  readonly #delayMs: number;
  readonly #clock: Clock;
  readonly #book = new Book();
  /** By the id of the call, or of the session that a socket carries. */
  readonly #sessions = new Map<string, ScriptedSession>();
  /** What a session begins with that is opened with a secret. */
  readonly #secrets = new Map<string, SessionConfig>();
  readonly #sockets = new Set<{ socket: WebSocket; closed: Promise<void> }>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(
    { port = 0, delayMs = 0, clock = systemClock }: ScriptedPeerOptions = {},
  ) {
    this.#delayMs = delayMs;
    this.#clock = clock;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port, onListen() {} },
      (request) => this.#handle(request),
    );
  }

  /** Such as `http://127.0.0.1:1234`; the API's base is `/v1` on it. */
  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  figures(): Figures {
    const open = [...this.#sessions].map((
      [id, { attached }],
    ) => [id, attached]);
    return { open: Object.fromEntries(open), ...this.#book.figures() };
  }

  /** Ends everything; resolves when nobody is connected any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#sockets) socket.close(1001);
    await Promise.all([...this.#sockets].map(({ closed }) => closed));
    await Promise.all([...this.#sessions.keys()].map((id) => this.#end(id)));
    await this.#server.shutdown();
  }

  async #handle(request: Request): Promise<Response> {
    try {
      return await this.#answer(request, new URL(request.url));
    } catch (error) {
      if (error instanceof HttpRefusal) return refuse(error);
      if (!(error instanceof ClientEventError)) throw error;
      const { code, message, param } = error;
      return refuse(new HttpRefusal(400, code, message, param));
    }
  }

  async #answer(request: Request, url: URL): Promise<Response> {
    const path = `${request.method} ${url.pathname}`;
    if (path === "GET /book") return json(this.figures());
    const heard = /^POST \/hear\/([^/]+)$/.exec(path)?.[1];
    if (heard !== undefined) return await this.#hear(heard, request);
    const weather = cannedWeather(url);
    if (weather !== undefined) return json(weather);

    if (this.#delayMs > 0) await delay(this.#delayMs, this.#clock);
    if (bearerOf(request) === undefined) {
      throw new HttpRefusal(401, "missing_api_key", "Missing bearer token");
    }
    const hangup = /^POST \/v1\/realtime\/calls\/([^/]+)\/hangup$/
      .exec(path)?.[1];
    if (hangup !== undefined) return await this.#hangUp(hangup);
    switch (path) {
      case "POST /v1/realtime/client_secrets":
        return await this.#mintSecret(request);
      case "POST /v1/realtime/calls":
        return await this.#takeCall(request);
      case "GET /v1/realtime":
        return this.#openSocket(request, url.searchParams);
      default:
        throw new HttpRefusal(404, "unknown_url", `Nothing is at ${path}`);
    }
  }

  async #mintSecret(request: Request): Promise<Response> {
    const { session } = parseObject(await request.text());
    const config = parseSession(session);
    const value = newId("ek");
    this.#secrets.set(value, config);
    return json({
      value,
      expires_at: Math.floor(Date.now() / 1000) + SECRET_SECONDS,
      session: newSession(config),
    });
  }

  async #takeCall(request: Request): Promise<Response> {
    const form = await request.formData();
    const [offer, session] = await Promise.all(
      ["sdp", "session"].map((name) => partOf(form, name)),
    );
    if (!offer!.startsWith("v=0")) {
      throw new HttpRefusal(400, "invalid_offer", "The offer is no SDP");
    }
    const config = parseSession(parseObject(session!));
    const id = newId("rtc");
    this.#begin(id, config, true);
    return new Response(ANSWER, {
      status: 201,
      headers: {
        "content-type": "application/sdp",
        location: `/v1/realtime/calls/${id}`,
      },
    });
  }

  async #hangUp(id: string): Promise<Response> {
    this.#sessionOf(id);
    await this.#end(id);
    return new Response(null);
  }

  async #hear(id: string, request: Request): Promise<Response> {
    const session = this.#sessionOf(id);
    const { text } = parseObject(await request.text());
    await session.hear(String(text));
    return new Response(null);
  }

  /** The sideband of a call, or a session that ends with its socket. */
  #openSocket(request: Request, query: URLSearchParams): Response {
    const callId = query.get("call_id");
    if (callId !== null) {
      const session = this.#sessionOf(callId);
      return this.#connect(request, () => session);
    }
    const model = query.get("model") ?? "scripted";
    const id = newId("sess");
    const config = this.#secrets.get(bearerOf(request)!) ??
      { type: "realtime", model };
    return this.#connect(
      request,
      () => this.#begin(id, config, false),
      () => void this.#end(id),
    );
  }

  #connect(
    request: Request,
    open: () => ScriptedSession,
    closed = () => {},
  ): Response {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const listener = {
      send: (json: string) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(json);
      },
      ended: () => socket.close(1001, "The session has ended"),
    };
    socket.addEventListener("open", () => {
      const session = open();
      session.attach(listener);
      socket.addEventListener("message", ({ data }) => {
        void session.receive(String(data));
      });
      socket.addEventListener("close", () => {
        session.detach(listener);
        closed();
      });
    });
    const known = {
      socket,
      closed: new Promise<void>((resolve) =>
        socket.addEventListener("close", () => {
          this.#sockets.delete(known);
          resolve();
        })
      ),
    };
    this.#sockets.add(known);
    return response;
  }

  #begin(
    id: string,
    config: ReturnType<typeof parseSession>,
    isCall: boolean,
  ): ScriptedSession {
    const parts = { config, isCall, book: this.#book, clock: this.#clock };
    const session = new ScriptedSession(parts);
    this.#sessions.set(id, session);
    return session;
  }

  async #end(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    await session?.close();
  }

  #sessionOf(id: string): ScriptedSession {
    const session = this.#sessions.get(id);
    if (session !== undefined) return session;
    throw new HttpRefusal(404, "call_not_found", `No call with id '${id}'`);
  }
}

async function partOf(form: FormData, name: string): Promise<string> {
  const part = form.get(name);
  if (part === null) {
    throw new HttpRefusal(
      400,
      "missing_required_parameter",
      `Missing required parameter: '${name}'`,
      name,
    );
  }
  return typeof part === "string" ? part : await part.text();
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      delay: { type: "string", default: "0" },
    },
  });
  const { origin } = new ScriptedPeer({
    port: Number(values.port),
    delayMs: Number(values.delay),
  });
  console.log(`The scripted peer listens on ${origin}`);
}
