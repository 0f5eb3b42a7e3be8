import type { SessionConfig } from "../realtime/events.ts";
import type { LocalPeer } from "./peer.ts";
import type { PeerSession } from "./peer_session.ts";

/** The sideband: a running call's events over a WebSocket. */
export function serveCallSocket(
  request: Request,
  session: PeerSession,
  protocol: string | undefined,
): Response {
  const { socket, response } = Deno.upgradeWebSocket(request, { protocol });
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
  const { socket, response } = Deno.upgradeWebSocket(request, { protocol });
  socket.addEventListener("open", () => {
    const session = peer.open(config, () => socket.close(1001));
    socket.addEventListener("close", () => session.close());
    connect(socket, session);
  });
  return response;
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
