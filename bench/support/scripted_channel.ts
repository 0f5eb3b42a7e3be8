import type { RealtimeServerEvent } from "../../lib/realtime/events.ts";
import type { ServerFrame } from "../../lib/session/envelope.ts";

/** What a page is told of a call that it makes itself. */
type CallDetails = Pick<
  Extract<ServerFrame, { type: "ready" }>,
  "clientSecret" | "callsUrl" | "model"
>;

interface ChannelParts {
  opened: () => void;
  received: (event: RealtimeServerEvent) => void;
}

/**
 * The data channel of a call that a page holds with its client secret. There are
 * no media in a script, so a realtime WebSocket carries the same events.
 */
export class ScriptedChannel {
  readonly #socket: WebSocket;
  readonly #closed: Promise<void>;
  /** What came before it was open. */
  readonly #waiting: object[] = [];

  constructor(
    { clientSecret, callsUrl = "", model = "" }: CallDetails,
    { opened, received }: ChannelParts,
  ) {
    const url = new URL(
      callsUrl.replace(/^http/, "ws").replace(/\/calls$/, ""),
    );
    url.searchParams.set("model", model);
    const headers = { authorization: `Bearer ${clientSecret}` };
    // Deno's second argument is more than the DOM's type for it says.
    const socket = new WebSocket(url, { headers } as unknown as string[]);
    this.#socket = socket;
    this.#closed = new Promise((resolve) =>
      socket.addEventListener("close", () => resolve())
    );
    socket.addEventListener("open", () => {
      for (const event of this.#waiting.splice(0)) this.send(event);
      opened();
    });
    socket.addEventListener("message", ({ data }) => {
      received(JSON.parse(data));
    });
  }

  send(event: object): void {
    if (this.#socket.readyState === WebSocket.CONNECTING) {
      this.#waiting.push(event);
    } else if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(event));
    }
  }

  /** Resolves when both sides have. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.#closed;
  }
}
