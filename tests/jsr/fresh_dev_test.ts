import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Builder } from "fresh/dev";
import { esbuildGone } from "../support/esbuild_exit.ts";
import { scriptsOf } from "./fixture_app.ts";

/** The first message of a socket, which is closed then. */
async function firstMessage(url: string): Promise<string> {
  const socket = new WebSocket(url);
  const message = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => message.resolve(data);
  socket.onerror = () => message.reject(new Error(`Can't connect to ${url}`));
  socket.onclose = () => closed.resolve();
  const text = await message.promise;
  socket.close();
  await closed.promise;
  return text;
}

Deno.test("The development server reloads pages and keeps nothing", async () => {
  const builder = new Builder({ root: `${import.meta.dirname}/fixture` });
  const stop = new AbortController();
  const address = Promise.withResolvers<Deno.NetAddr>();
  const served = builder.listen(() => import("./fixture/main.ts"), {
    hostname: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen: address.resolve,
  });
  const { port } = await address.promise;
  await esbuildGone();
  const host = `127.0.0.1:${port}`;

  const html = await (await fetch(`http://${host}/`)).text();
  const [script, ...others] = scriptsOf(html);
  assertEquals(others, []);
  assertMatch(html, /<script nonce="[0-9a-f]{32}"/);
  const response = await fetch(`http://${host}${script}`);
  assertMatch(response.headers.get("cache-control")!, /no-store/);
  assertStringIncludes(await response.text(), "/_frsh/alive");

  const revision = await firstMessage(`ws://${host}/_frsh/alive`);
  assertEquals(await firstMessage(`ws://${host}/_frsh/alive`), revision);
  stop.abort();
  await served;
});
