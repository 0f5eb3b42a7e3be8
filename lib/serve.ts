import { delay } from "./clock.ts";
import type { Services } from "./services.ts";
import { keepHouse } from "./store/housekeeping.ts";

/** How long the end of all conversations may take, in ms. */
const STOP_MS = 3_000;

/** Serves the built app on the configured address, until SIGINT; SIGTERM hands over. */
export async function serve(services: Services): Promise<void> {
  const { log, peer } = services;
  // Named at run time: there is no such file before the first build.
  const entry = new URL("../_fresh/server.js", import.meta.url).href;
  const { default: built } = await import(entry);
  const server = listen(services, built.fetch);
  // Where past conversations can't be kept, the log says so at the start.
  void services.store();
  keepHouse(services);
  let stopping = false;
  // In the background: the page is there before the models are.
  peer?.load().catch((error) => {
    if (stopping) return;
    log.error("The embedded peer could not load its models", {
      error: String(error),
    });
  });
  const stop = async () => {
    stopping = true;
    await Promise.race([endAll(services), delay(STOP_MS)]);
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  // Who runs servers for others says it like this, and starts another one.
  Deno.addSignalListener("SIGTERM", async () => {
    if (stopping) return;
    stopping = true;
    const { drain, sessions, config: { drainSeconds } } = services;
    await Promise.race([
      drain.start(sessions, drainSeconds),
      delay(drainSeconds * 1000 + STOP_MS),
    ]);
    await stop();
  });
  await server.finished;
}

function listen(
  { config: { host, port }, provider }: Services,
  fetch: Deno.ServeHandler,
): Deno.HttpServer {
  try {
    return Deno.serve({
      hostname: host,
      port,
      // What streams in live pieces, as the export does, is left as it is.
      automaticCompression: true,
      onListen: ({ hostname, port }) => {
        const name = hostname === "0.0.0.0" ? "localhost" : hostname;
        console.log(
          `Parley listens on http://${name}:${port} (provider: ${provider.title})`,
        );
      },
    }, fetch);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    console.error(
      `Parley can't start: something else listens on ${host}:${port}. End it, or set PORT to another one`,
    );
    Deno.exit(1);
  }
}

/** Conversations are told, calls hung up, tools stopped, and all of it kept. */
async function endAll(
  { sessions, recorder, store, peer, heartbeat }: Services,
): Promise<void> {
  await Promise.allSettled(
    [...sessions.values()].map(({ end }) => end("The server is stopping")),
  );
  await Promise.all([
    recorder.close().then(() => heartbeat.close()).then(store)
      .then((store) => store.close()),
    peer?.close(),
  ]);
}
