const RETRY_MS = 200;
let revision: string | undefined;

/** Waits for the server to come back as another process, then reloads. */
function connect(): void {
  const socket = new WebSocket(
    new URL("/_frsh/alive", location.href.replace(/^http/, "ws")),
  );
  socket.addEventListener("message", ({ data }) => {
    if (revision !== undefined && revision !== data) location.reload();
    revision = data;
  });
  socket.addEventListener("close", () => setTimeout(connect, RETRY_MS));
}

connect();
