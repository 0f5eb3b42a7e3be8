import {
  type BrowserFrame,
  parseServerFrame,
  type ServerFrame,
  SUBPROTOCOL,
} from "../session/envelope.ts";
import { Problem, SERVER_UNREACHABLE } from "./problems.ts";

/** The browser's end of `/session`. */
export class SessionSocket {
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /**
   * Opens `/session` of the server that this page came from.
   *
   * @param lost Called when the connection ends without {@link SessionSocket.close}.
   * @throws {Problem} where the server can't be reached.
   */
  static open(
    onFrame: (frame: ServerFrame) => void,
    lost: () => void,
  ): Promise<SessionSocket> {
    const url = new URL("/session", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url, SUBPROTOCOL);
    socket.addEventListener("message", ({ data }) => {
      const parsed = parseServerFrame(data);
      if (parsed.ok) onFrame(parsed.frame);
      else console.warn(parsed.reason);
    });
    return new Promise((resolve, reject) => {
      socket.addEventListener("open", () => {
        resolve(new SessionSocket(socket));
        socket.addEventListener("close", lost);
      });
      socket.addEventListener(
        "error",
        () => reject(new Problem(SERVER_UNREACHABLE)),
      );
    });
  }

  /** Sends a frame, or PCM16 audio. */
  send(message: BrowserFrame | Int16Array<ArrayBuffer>): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(
      message instanceof Int16Array ? message : JSON.stringify(message),
    );
  }

  close(): void {
    this.#socket.close(1000);
  }
}
