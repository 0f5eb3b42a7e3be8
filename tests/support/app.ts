import { startGroup } from "./process_group.ts";

const ROOT = new URL("../../", import.meta.url);

/** How long the server may take to listen, and to end, in milliseconds. */
const START_MS = 30_000;
const END_MS = 5_000;

/** Settings of the machine's owner that would change what a test sees; "" counts as unset. */
const UNSET = [
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "REALTIME_MODEL",
  "REALTIME_VOICE",
  "REALTIME_HANDSHAKE",
  "ALLOWED_ORIGINS",
  "ACCESS_TOKEN",
  "TRUSTED_PROXIES",
  "LOCAL_PEER",
  "RETENTION_DAYS",
  "MAX_SESSIONS",
  "MAX_SESSIONS_PER_CLIENT",
  "MAX_SESSION_SECONDS",
  "MAX_SESSION_TOKENS",
  "SESSIONS_PER_MINUTE",
  "TOOL_TIMEOUT_MS",
];

/** The application, running in processes of its own. */
export interface RunningParley extends AsyncDisposable {
  /** Where it listens, without a slash at the end. */
  url: string;
  /** All that it has written so far. */
  logs(): string;
  /** Ends it at once, as a crash does; resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts the application as its users do, with `deno task start`: on a free port,
 * with the embedded peer, a store of its own and no weather service in reach.
 * It ends, with all its processes, when it is disposed.
 *
 * @param options.env Settings that differ from this.
 * @param options.root The project's folder; this one if left out.
 * @param options.port Where it listens; anywhere free if left out.
 * @throws with its logs, when it does not listen within 30 s.
 */
export async function startParley(
  { env = {}, root = ROOT, port = freePort() }: {
    env?: Record<string, string>;
    root?: URL;
    port?: number;
  } = {},
): Promise<RunningParley> {
  const folder = await Deno.makeTempDir({ prefix: "parley-app-" });
  const url = `http://127.0.0.1:${port}`;
  const app = startGroup(["task", "start"], {
    cwd: root,
    env: {
      ...Object.fromEntries(UNSET.map((name) => [name, ""])),
      REALTIME_PROVIDER: "local",
      HOST: "127.0.0.1",
      PORT: String(port),
      KV_PATH: `${folder}/parley.sqlite3`,
      WEATHER_GEOCODING_URL: "http://127.0.0.1:9/search",
      WEATHER_FORECAST_URL: "http://127.0.0.1:9/forecast",
      NO_COLOR: "1",
      DRAIN_SECONDS: "0",
      ...env,
    },
  });
  const dispose = async () => {
    await app.end(END_MS);
    await Deno.remove(folder, { recursive: true });
  };
  const tooLate = setTimeout(() => app.end(END_MS), START_MS);
  const listens = await app.hasWritten(url);
  clearTimeout(tooLate);
  if (!listens) {
    await dispose();
    throw new Error(`Parley did not start listening on ${url}:\n${app.logs()}`);
  }
  return {
    url,
    logs: app.logs,
    kill: app.kill,
    [Symbol.asyncDispose]: dispose,
  };
}

/** A port of loopback that nobody listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
