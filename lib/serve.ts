import type { Services } from "./services.ts";

/** Serves the built app on the configured address, until SIGINT or SIGTERM. */
export async function serve(services: Services): Promise<void> {
  const { config, log, peer } = services;
  // Named at run time: there is no such file before the first build.
  const entry = new URL("../_fresh/server.js", import.meta.url).href;
  const { default: built } = await import(entry);
  const server = Deno.serve({
    hostname: config.host,
    port: config.port,
    onListen: ({ hostname, port }) => {
      const name = hostname === "0.0.0.0" ? "localhost" : hostname;
      console.log(
        `Parley listens on http://${name}:${port} (provider: ${services.provider.title})`,
      );
    },
  }, built.fetch);
  // In the background: the page is there before the models are.
  peer?.load().catch((error) =>
    log.error("The embedded peer could not load its models", {
      error: String(error),
    })
  );
  const stop = () => {
    for (const end of services.sessions.values()) end("The server is stopping");
    void server.shutdown();
    void peer?.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      stop();
      Deno.exit(0);
    });
  }
  await server.finished;
}
