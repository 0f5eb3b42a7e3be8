import { delay } from "./clock.ts";
import type { Services } from "./services.ts";

/** How long the end of all conversations may take, in ms. */
const STOP_MS = 3_000;

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
  let stopping = false;
  // In the background: the page is there before the models are.
  peer?.load().catch((error) => {
    if (stopping) return;
    log.error("The embedded peer could not load its models", {
      error: String(error),
    });
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, async () => {
      stopping = true;
      await Promise.race([endAll(services), delay(STOP_MS)]);
      Deno.exit(0);
    });
  }
  await server.finished;
}

/** Conversations are told, calls hung up, tools stopped. */
async function endAll({ sessions, peer }: Services): Promise<void> {
  await Promise.allSettled(
    [...sessions.values()].map((end) => end("The server is stopping")),
  );
  await peer?.close();
}
