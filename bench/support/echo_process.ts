/** Sends back whatever comes, over TCP on a free port of loopback. */
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(`Port ${listener.addr.port}`);
for await (const conn of listener) {
  conn.setNoDelay(true);
  // Who is gone wants no echo.
  conn.readable.pipeTo(conn.writable).catch(() => {});
}
