import type { WebSocketRoute } from "playwright-core";
import type { Page } from "./chromium.ts";

/** The page's way to `/session`, in the hands of the test; open at first. */
export interface SessionGate {
  /** From here on a connection stands, but the server is never heard. */
  hold(): void;
  /** The server hears what was said meanwhile, and is heard. */
  release(): void;
  /** Breaks what is connected, and lets nothing through any more. */
  cut(): Promise<void>;
}

/** Puts a gate into a page's way; to be called before the page is opened. */
export async function sessionGate(page: Page): Promise<SessionGate> {
  let way: "open" | "held" | "cut" = "open";
  const connected: WebSocketRoute[] = [];
  const held: (() => void)[] = [];
  await page.routeWebSocket(/\/session$/, (socket) => {
    if (way === "cut") return void socket.close();
    connected.push(socket);
    if (way === "open") return void socket.connectToServer();
    const said: (string | Buffer)[] = [];
    let server: WebSocketRoute | undefined;
    socket.onMessage((message) =>
      server === undefined ? said.push(message) : server.send(message)
    );
    held.push(() => {
      server = socket.connectToServer();
      for (const message of said.splice(0)) server.send(message);
    });
  });
  return {
    hold: () => way = "held",
    release() {
      way = "open";
      for (const connect of held.splice(0)) connect();
    },
    async cut() {
      way = "cut";
      await Promise.all(connected.splice(0).map((socket) => socket.close()));
    },
  };
}
