import { assertEquals } from "@std/assert";
import { App } from "fresh";
import { app } from "./fixture/main.ts";
import { startFixture } from "./fixture_app.ts";

/** Serves a handler while `use` talks to it. */
async function serving(
  handler: (req: Request, info: Deno.ServeHandlerInfo) => Promise<Response>,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
  await using server = Deno.serve(options, handler);
  await use(`ws://127.0.0.1:${server.addr.port}`);
}

/** Sends a text over a new socket, and returns the answer and the close code. */
async function exchange(url: string, text: string): Promise<[string, number]> {
  const socket = new WebSocket(url);
  const opened = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<number>();
  socket.onopen = () => opened.resolve();
  socket.onerror = () => opened.reject(new Error(`Can't connect to ${url}`));
  socket.onmessage = ({ data }) => answered.resolve(data);
  socket.onclose = ({ code }) => closed.resolve(code);
  await opened.promise;
  socket.send(text);
  const answer = await answered.promise;
  socket.close(1000);
  return [answer, await closed.promise];
}

Deno.test("app.ws calls its handlers", async () => {
  const calls: unknown[] = [];
  const ended = Promise.withResolvers<void>();
  const echo = new App<unknown>().ws("/ws", {
    open: () => calls.push("open"),
    message(socket, { data }) {
      calls.push(data);
      socket.send(`got ${data}`);
    },
    close(_socket, code, reason) {
      calls.push(code, reason);
      ended.resolve();
    },
  });
  await serving(echo.handler(), async (url) => {
    assertEquals(await exchange(`${url}/ws`, "hi"), ["got hi", 1000]);
    await ended.promise;
  });
  assertEquals(calls, ["open", "hi", 1000, ""]);
});

Deno.test("ctx.upgrade without handlers gives the socket", async () => {
  const bare = new App<unknown>().get("/", (ctx) => {
    const { socket, response } = ctx.upgrade({ idleTimeout: 5 });
    socket.onmessage = ({ data }) => socket.send(data.toUpperCase());
    return response;
  });
  await serving(bare.handler(), async (url) => {
    assertEquals(await exchange(url, "hi"), ["HI", 1000]);
  });
});

Deno.test("A file's own upgrade passes middlewares that set headers", async () => {
  await startFixture();
  await serving(app.handler(), async (url) => {
    assertEquals(await exchange(`${url}/socket`, "x"), ["echo x", 1000]);
  });
});
