/** A WebSocket that a test reads message by message. */
export class SocketClient {
  readonly #socket: WebSocket;
  readonly #messages: Record<string, unknown>[] = [];
  #wake: (() => void) | undefined;
  #closed: CloseEvent | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.#messages.push(JSON.parse(data));
      this.#wake?.();
    });
    socket.addEventListener("close", (event) => {
      this.#closed = event;
      this.#wake?.();
    });
  }

  static open(
    url: string,
    protocol?: string,
    headers: Record<string, string> = {},
  ): Promise<SocketClient> {
    const protocols = protocol === undefined ? [] : [protocol];
    // Deno's second argument is more than the DOM's type for it says.
    const options = { protocols, headers } as unknown as string[];
    const socket = new WebSocket(url, options);
    const client = new SocketClient(socket);
    return new Promise((resolve, reject) => {
      socket.addEventListener("open", () => resolve(client));
      socket.addEventListener("error", () => reject(new Error("Refused")));
    });
  }

  send(message: unknown): void {
    this.#socket.send(
      typeof message === "string" || message instanceof Uint8Array
        ? message as string
        : JSON.stringify(message),
    );
  }

  /** The next message; of this type, if one is given (others are passed over). */
  // deno-lint-ignore no-explicit-any
  async next(type?: string): Promise<any> {
    while (true) {
      const message = this.#messages.shift();
      if (message === undefined) {
        if (this.#closed !== undefined) {
          throw new Error(
            `Closed with ${this.#closed.code} ${this.#closed.reason}`,
          );
        }
        await new Promise<void>((resolve) => this.#wake = resolve);
      } else if (type === undefined || message.type === type) {
        return message;
      }
    }
  }

  /** Resolves when the other side has closed. */
  async closed(): Promise<CloseEvent> {
    while (this.#closed === undefined) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#closed;
  }

  async close(): Promise<void> {
    if (this.#socket.readyState <= WebSocket.OPEN) this.#socket.close();
    await this.closed();
  }
}
