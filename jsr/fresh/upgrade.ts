import { HttpError } from "./error.ts";

/** Callbacks of a WebSocket. */
export interface WebSocketHandlers {
  /** The connection stands. */
  open?(socket: WebSocket): void;
  /** A message came. */
  message?(socket: WebSocket, event: MessageEvent): void;
  /** The connection ended. */
  close?(socket: WebSocket, code: number, reason: string): void;
  /** The connection failed. */
  error?(socket: WebSocket, event: Event): void;
}

/** Options of a WebSocket. */
export interface WebSocketOptions {
  /** Seconds of silence after which the peer is pinged, then dropped. */
  idleTimeout?: number;
  /** The subprotocol to agree on. */
  protocol?: string;
}

/** Tells callbacks from options, as `ctx.upgrade` takes either first. */
export function isHandlers(
  value: WebSocketHandlers | WebSocketOptions | undefined,
): value is WebSocketHandlers {
  return value !== undefined &&
    ["open", "message", "close", "error"].some((name) => name in value);
}

/**
 * Turns a request into a WebSocket.
 *
 * @throws {HttpError} 400 if the request asks for no WebSocket.
 */
export function upgradeRequest(
  req: Request,
  options: WebSocketOptions | undefined,
): { socket: WebSocket; response: Response } {
  if (req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw new HttpError(400, "Expected a WebSocket upgrade request");
  }
  return Deno.upgradeWebSocket(req, options);
}

/** Attaches the callbacks to a socket. */
export function attachHandlers(
  socket: WebSocket,
  handlers: WebSocketHandlers,
): void {
  socket.addEventListener("open", () => handlers.open?.(socket));
  socket.addEventListener(
    "message",
    (event) => handlers.message?.(socket, event),
  );
  socket.addEventListener(
    "close",
    (event) => handlers.close?.(socket, event.code, event.reason),
  );
  socket.addEventListener("error", (event) => handlers.error?.(socket, event));
}
