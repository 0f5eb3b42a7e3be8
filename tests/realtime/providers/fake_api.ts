import { settle } from "parley/testing";

/** A request as the fake API got it. */
export interface Asked {
  method: string;
  /** Path and query. */
  path: string;
  headers: Headers;
  /** The body's bytes as a response, for its readers. */
  body: Response;
  /** Turns the request into a WebSocket. */
  upgrade(): { socket: WebSocket; response: Response };
}

export type Answer = (asked: Asked) => Response;

/** A provider's API on loopback that answers as the test says. */
export class FakeApi implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #closed: Promise<unknown>[] = [];

  /** @param answers One a request; the last answers all further ones. */
  constructor(...answers: Answer[]) {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        const { pathname, search } = new URL(request.url);
        const { method } = request;
        // A copy: the request's own can't be read once it is a WebSocket.
        const headers = new Headers([...request.headers]);
        const body = new Response(await request.arrayBuffer(), {
          headers: { "content-type": headers.get("content-type") ?? "" },
        });
        const upgrade = () => {
          const { socket, response } = Deno.upgradeWebSocket(request);
          this.#closed.push(
            new Promise((resolve) => socket.addEventListener("close", resolve)),
          );
          return { socket, response };
        };
        const path = pathname + search;
        const asked = { method, path, headers, body, upgrade };
        const answer = answers[Math.min(this.asked.length, answers.length - 1)];
        this.asked.push(asked);
        return answer!(asked);
      },
    );
  }

  /** Such as `http://127.0.0.1:1234`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Method and path of all requests so far. */
  get paths(): string[] {
    return this.asked.map(({ method, path }) => `${method} ${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#closed);
    await this.#server.shutdown();
  }
}

/** An address where nobody listens. */
export function deadOrigin(): string {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  return `http://127.0.0.1:${port}`;
}

/** An error as OpenAI answers it. */
export function failure(
  status: number,
  code: string | null = null,
  headers: Record<string, string> = {},
): Answer {
  return () =>
    Response.json({ error: { code, message: `About ${code}`, type: "t" } }, {
      status,
      headers,
    });
}

/** A call that was taken. */
export function taken(
  location: string | null = "/v1/realtime/calls/rtc_1",
  answer = "v=0\r\nanswer",
): Answer {
  return () =>
    new Response(answer, {
      status: 201,
      headers: {
        "content-type": "application/sdp",
        ...(location === null ? {} : { location }),
      },
    });
}

/** A WebSocket that the test's `serve` gets once it is open. */
export function upgraded(serve: (socket: WebSocket) => void): Answer {
  return ({ upgrade }) => {
    const { socket, response } = upgrade();
    socket.addEventListener("open", () => serve(socket));
    return response;
  };
}

/** Turns the event loop, without any time passing, until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100_000; turn++) {
    if (condition()) return;
    await settle();
  }
  throw new Error("The condition never held");
}

export const never = new AbortController().signal;
