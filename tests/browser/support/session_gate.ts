import type { WebSocketRoute } from "playwright-core";
import type { Page } from "./chromium.ts";

/** The page's way to `/session`, in the hands of the test; open at first. */
export interface SessionGate {
  /** From here on a connection stands, but the server is never heard. */
  hold(): void;
  /** Breaks what is connected, and lets nothing through any more. */
  cut(): Promise<void>;
}

/** Puts a gate into a page's way; to be called before the page is opened. */
export async function sessionGate(page: Page): Promise<SessionGate> {
  let way: "open" | "held" | "cut" = "open";
  const connected: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/session$/, (socket) => {
    if (way === "cut") return void socket.close();
    connected.push(socket);
    if (way === "open") socket.connectToServer();
  });
  return {
    hold: () => way = "held",
    async cut() {
      way = "cut";
      await Promise.all(connected.splice(0).map((socket) => socket.close()));
    },
  };
}
