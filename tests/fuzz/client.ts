/** A WebSocket that is read message by message, over the network or not. */
export class Client {
  readonly #socket: WebSocket;
  // deno-lint-ignore no-explicit-any
  readonly #messages: any[] = [];
  #closed: CloseEvent | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: WebSocket) {
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

  send(message: string | Uint8Array<ArrayBuffer> | object): void {
    this.#socket.send(
      typeof message === "string" || message instanceof Uint8Array
        ? message
        : JSON.stringify(message),
    );
  }

  /** The next message, or undefined where the other side has closed. */
  // deno-lint-ignore no-explicit-any
  async next(type?: string): Promise<any> {
    while (true) {
      const message = this.#messages.shift();
      if (message !== undefined) {
        if (type === undefined || message.type === type) return message;
      } else if (this.#closed !== undefined) return undefined;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Resolves when either side has closed. */
  async closed(): Promise<CloseEvent> {
    while (this.#closed === undefined) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#closed;
  }

  async close(): Promise<void> {
    this.#socket.close(1000);
    await this.closed();
  }
}
