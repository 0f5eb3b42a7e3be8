import type { SessionConfig } from "../realtime/events.ts";
import { HttpRefusal } from "./http.ts";
import type { LocalPeer } from "./peer.ts";
import type { PeerSession } from "./peer_session.ts";

/** The sideband: a running call's events over a WebSocket. */
export function serveCallSocket(
  request: Request,
  session: PeerSession,
  protocol: string | undefined,
): Response {
  const { socket, response } = upgrade(request, protocol);
  connect(socket, session);
  return response;
}

/** A session of its own over a WebSocket; it ends with the socket. */
export function serveModelSocket(
  request: Request,
  peer: LocalPeer,
  config: SessionConfig,
  protocol: string | undefined,
): Response {
  const { socket, response } = upgrade(request, protocol);
  socket.addEventListener("open", () => {
    const session = peer.open(config, () => socket.close(1001));
    socket.addEventListener("close", () => session.close());
    connect(socket, session);
  });
  return response;
}

/** @throws {HttpRefusal} 400 for a broken handshake. */
function upgrade(
  request: Request,
  protocol: string | undefined,
): Deno.WebSocketUpgrade {
  try {
    return Deno.upgradeWebSocket(request, { protocol });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new HttpRefusal(
      400,
      "invalid_upgrade",
      `The WebSocket can't be opened: ${error.message}`,
    );
  }
}

function connect(socket: WebSocket, session: PeerSession): void {
  const listen = () => {
    const unsubscribe = session.subscribe((event) => {
      if (socket.readyState === WebSocket.OPEN) {
        socket.send(JSON.stringify(event));
      }
    }, () => socket.close(1001, "The session has ended"));
    socket.addEventListener("close", unsubscribe);
  };
  if (socket.readyState === WebSocket.OPEN) listen();
  else socket.addEventListener("open", listen);
  socket.addEventListener("message", ({ data }) => {
    void session.receive(typeof data === "string" ? data : "");
  });
}
