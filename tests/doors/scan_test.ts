import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { SUBPROTOCOL } from "../../lib/session/envelope.ts";
import { FakeApi } from "../realtime/providers/fake_api.ts";
import { OFFER } from "../session/server.ts";
import { type RunningParley, startParley } from "../support/app.ts";

const KEY = "sk-marker-of-the-key-7Vq1";
const SECRET = /ek_marker_\d+/g;

/** OpenAI's API as far as conversations need it. */
class Api implements AsyncDisposable {
  readonly secrets: string[] = [];
  /** The status with which all requests are refused. */
  refuse: number | undefined;
  readonly #api = new FakeApi(({ method, path, headers, upgrade }) => {
    assertEquals(headers.get("authorization"), `Bearer ${KEY}`);
    if (this.refuse !== undefined) {
      const error = { message: `About ${KEY}`, code: "c" };
      return Response.json({ error }, { status: this.refuse });
    }
    switch (`${method} ${path.split("?")[0]}`) {
      case "POST /v1/realtime/client_secrets": {
        const value = `ek_marker_${this.secrets.length + 1}`;
        this.secrets.push(value);
        return Response.json({ value, expires_at: 2_000_000_000 });
      }
      case "POST /v1/realtime/calls":
        return new Response("v=0\r\nanswer", {
          status: 201,
          headers: { location: "/v1/realtime/calls/rtc_marker" },
        });
      case "GET /v1/realtime": {
        const { socket, response } = upgrade();
        socket.addEventListener("message", ({ data }) => {
          for (const event of answerTo(JSON.parse(data))) {
            socket.send(JSON.stringify(event));
          }
        });
        return response;
      }
      default:
        return new Response(null);
    }
  });

  get url(): string {
    return `${this.#api.origin}/v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#api[Symbol.asyncDispose]();
  }
}

const CALL = {
  type: "response.function_call_arguments.done",
  call_id: "call_1",
  name: "get_weather",
  arguments: '{"location":"Rome"}',
};

/** What the model says to an event: to typed words it calls a tool. */
function answerTo({ type, item }: { type: string; item?: { type: string } }) {
  const response = { id: "resp_1", status: "completed", output: [] };
  const error = { type: "server_error", code: "odd", message: "Odd" };
  switch (type) {
    case "conversation.item.create":
      return item?.type === "message" ? [CALL] : [{ type: "error", error }];
    case "response.create":
      return [
        { type: "session.updated", session: { client_secret: "ek_marker_0" } },
        { type: "response.created", response },
        { type: "response.done", response },
      ];
    default:
      return [];
  }
}

/** All that Parley sends over WebSockets and HTTP, and writes to its log. */
class Scan {
  readonly #app: RunningParley;
  /** Frames, heads and bodies, each with what it is. */
  readonly sent: { what: string; text: string }[] = [];

  constructor(app: RunningParley) {
    this.#app = app;
  }

  async page(path: string, init: RequestInit = {}): Promise<string> {
    const response = await fetch(`${this.#app.url}${path}`, {
      redirect: "manual",
      ...init,
    });
    const text = await response.text();
    const head = JSON.stringify([...response.headers]);
    this.sent.push({ what: `${path}'s head`, text: head });
    this.sent.push({ what: path, text });
    return text;
  }

  /** Opens `/session`; `until` reads on to a frame of a type. */
  async open(protocol: string[], search = "") {
    const url = `${this.#app.url.replace("http", "ws")}/session${search}`;
    const socket = new WebSocket(url, protocol);
    const closed = Promise.withResolvers<void>();
    // deno-lint-ignore no-explicit-any -- frames, as they come
    const frames: any[] = [];
    let wake = () => {};
    socket.addEventListener("message", ({ data }) => {
      this.sent.push({ what: "a frame", text: data });
      frames.push(JSON.parse(data));
      wake();
    });
    socket.addEventListener("close", ({ reason }) => {
      this.sent.push({ what: "a close frame", text: reason });
      closed.resolve();
    });
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    return {
      send: (frame: unknown) => socket.send(JSON.stringify(frame)),
      // deno-lint-ignore no-explicit-any -- see above
      until: async (found: (frame: any) => boolean): Promise<any> => {
        while (true) {
          const frame = frames.shift();
          if (frame === undefined) {
            await new Promise<void>((resolve) => wake = resolve);
          } else if (found(frame)) return frame;
        }
      },
      close: () => {
        socket.close();
        return closed.promise;
      },
      closed: closed.promise,
    };
  }

  /** The texts with a secret in them, those of the log among them. */
  get withSecrets(): string[] {
    const log = { what: "the log", text: this.#app.logs() };
    return [...this.sent, log].filter(({ text }) => text.match(SECRET))
      .map(({ what, text }) => what === "a frame" ? text : what);
  }
}

const isOf = (type: string) => (frame: { type: string }) => frame.type === type;
const isToolsEnd = ({ type, status }: { type: string; status?: string }) =>
  type === "tool" && status !== "running";

/** Pages and JSON, with past conversations in them. */
async function browse(scan: Scan): Promise<void> {
  const { conversations } = JSON.parse(await scan.page("/api/conversations"));
  assert(conversations.length > 0);
  const { id } = conversations[0];
  const html = { headers: { accept: "text/html" } };
  for (
    const path of [
      "/",
      "/start-chat",
      "/start-chat?agent=nobody",
      "/conversations",
      `/conversations/${id}`,
      `/api/conversations/${id}`,
      "/api/status",
      "/sign-in",
      "/session",
      "/nowhere",
      "/local/v1/realtime/calls",
    ]
  ) await scan.page(path, html);
}

const environment = (api: Api, handshake: string) => ({
  REALTIME_PROVIDER: "openai",
  OPENAI_API_KEY: KEY,
  OPENAI_BASE_URL: api.url,
  REALTIME_HANDSHAKE: handshake,
});

/** Refusals of the provider, which are explained to the page. */
async function refusals(scan: Scan, api: Api, start: object): Promise<void> {
  for (api.refuse of [400, 401, 403, 404]) {
    const page = await scan.open([SUBPROTOCOL]);
    page.send({ type: "start", ...start });
    await page.until(isOf("error"));
    await page.close();
    const client = await scan.open([]);
    await client.closed;
  }
  api.refuse = undefined;
}

Deno.test("nothing that is sent or logged holds the key, or a client secret", async () => {
  await using api = new Api();
  await using app = await startParley({ env: environment(api, "server") });
  const scan = new Scan(app);
  for (const transport of ["webrtc", "socket"]) {
    const page = await scan.open([SUBPROTOCOL]);
    page.send({ type: "start", transport });
    await page.until(isOf("ready"));
    if (transport === "webrtc") {
      page.send({ type: "offer", sdp: OFFER });
      await page.until(isOf("answer"));
    }
    page.send({ type: "connected" });
    await page.until(({ event }) => event?.type === "response.done");
    page.send({ type: "text", text: "What's the weather like in Rome?" });
    await page.until(isToolsEnd);
    await page.until(isOf("error"));
    page.send({ type: "stop" });
    await page.closed;
  }
  await refusals(scan, api, { transport: "socket" });
  await browse(scan);
  assertEquals(api.secrets, []);
  assertEquals(scan.withSecrets, []);
  assertNotMatch(JSON.stringify(scan.sent) + app.logs(), /sk-marker/);
});

Deno.test("a client secret is in the one frame that must carry it, and nowhere else", async () => {
  await using api = new Api();
  await using app = await startParley({ env: environment(api, "ephemeral") });
  const scan = new Scan(app);
  const expected: string[] = [];
  const talk = async (
    page: Awaited<ReturnType<Scan["open"]>>,
    wrapped: (event: unknown) => unknown,
    isAnswer: (frame: { type: string }) => boolean,
  ) => {
    page.send(wrapped(CALL));
    await page.until(isAnswer);
  };

  const page = await scan.open([SUBPROTOCOL]);
  page.send({ type: "start" });
  const ready = await page.until(isOf("ready"));
  expected.push(JSON.stringify(ready));
  await talk(page, (event) => ({ type: "event", event }), isToolsEnd);
  await page.close();
  const again = await scan.open([SUBPROTOCOL]);
  again.send({ type: "start", resume: ready.resumeToken });
  assertEquals((await again.until(isOf("ready"))).resumed, true);
  again.send({ type: "stop" });
  await again.closed;

  const client = await scan.open([], "?agent=translator");
  expected.push(JSON.stringify(await client.until(isOf("ag2.init"))));
  await talk(client, (event) => event, isOf("conversation.item.create"));
  await client.close();

  await refusals(scan, api, {});
  await browse(scan);
  assertEquals(api.secrets, ["ek_marker_1", "ek_marker_2"]);
  assertEquals(scan.withSecrets, expected);
  assertNotMatch(JSON.stringify(scan.sent) + app.logs(), /sk-marker/);
});
