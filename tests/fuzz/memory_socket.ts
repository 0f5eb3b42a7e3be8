/**
 * WebSockets without a network, for servers in the same process: as many
 * conversations as take a minute over TCP take a second.
 */
class MemorySocket extends EventTarget {
  binaryType = "blob";
  readonly bufferedAmount = 0;
  readyState: number = WebSocket.OPEN;
  #other!: MemorySocket;

  static pair(): [MemorySocket, MemorySocket] {
    const [one, other] = [new MemorySocket(), new MemorySocket()];
    one.#other = other;
    other.#other = one;
    return [one, other];
  }

  send(data: string | Uint8Array): void {
    if (this.readyState !== WebSocket.OPEN) return;
    const sent = typeof data === "string" ? data : data.slice().buffer;
    queueMicrotask(() => {
      if (this.#other.readyState !== WebSocket.OPEN) return;
      this.#other.dispatchEvent(new MessageEvent("message", { data: sent }));
    });
  }

  close(code = 1005, reason = ""): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.readyState = WebSocket.CLOSING;
    queueMicrotask(() => {
      for (const socket of [this.#other, this]) {
        socket.readyState = WebSocket.CLOSED;
        socket.dispatchEvent(new CloseEvent("close", { code, reason }));
      }
    });
  }
}

const upgrades = new WeakMap<Request, MemorySocket>();
const { upgradeWebSocket } = Deno;

Deno.upgradeWebSocket = (request, options) => {
  const socket = upgrades.get(request) as WebSocket | undefined;
  return socket === undefined
    ? upgradeWebSocket(request, options)
    : { socket, response: new Response() };
};

/** Opens a WebSocket to a handler of requests that would upgrade them. */
export async function openInMemory(
  handle: (request: Request) => Response | Promise<Response>,
  protocol: string | undefined,
): Promise<WebSocket> {
  const [client, server] = MemorySocket.pair();
  const request = new Request("http://127.0.0.1/session", {
    headers: protocol === undefined
      ? {}
      : { "sec-websocket-protocol": protocol },
  });
  upgrades.set(request, server);
  const response = await handle(request);
  if (!response.ok) throw new Error(`Refused: ${await response.text()}`);
  queueMicrotask(() => server.dispatchEvent(new Event("open")));
  return client as unknown as WebSocket;
}

/** Opens a WebSocket over the network. */
export function openOverNetwork(
  url: string,
  ...protocols: string[]
): Promise<WebSocket> {
  const socket = new WebSocket(url, protocols);
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(socket));
    socket.addEventListener("error", () => reject(new Error("Refused")));
  });
}
