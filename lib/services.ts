import type { Config } from "./config.ts";
import { Doors } from "./doors/doors.ts";
import type { Catalog } from "./engine/catalog.ts";
import { CatalogSource } from "./engine/catalog_source.ts";
import type { Log } from "./engine/tool.ts";
import { LocalPeer } from "./local/peer.ts";
import { createLog } from "./log.ts";
import { chooseProvider } from "./provider_choice.ts";
import type { RealtimeProvider } from "./realtime/provider.ts";
import { Drain } from "./session/drain.ts";
import { Heartbeat } from "./session/heartbeat.ts";
import { Resumptions } from "./session/resumptions.ts";
import type { Running } from "./session/session.ts";
import type { ConversationStore } from "./store/conversation_store.ts";
import type { LiveSessions } from "./store/live_sessions.ts";
import { openStores, type Stores } from "./store/open_store.ts";
import { Recorder } from "./store/recorder.ts";

/** What the routes work with: everything that lives as long as the server. */
export interface Services {
  config: Config;
  log: Log;
  provider: RealtimeProvider;
  /** The embedded peer, only while it is the provider. */
  peer: LocalPeer | undefined;
  /** Who may come in, and how often. */
  doors: Doors;
  /** The agents and tools as their files are now. */
  catalog: () => Promise<Catalog>;
  /** The conversations that this server has. */
  sessions: Map<string, Running>;
  /** The conversations that a page can come back to. */
  resumptions: Resumptions;
  /** Past conversations, and those going on; opened when it is first asked for. */
  store: () => Promise<ConversationStore>;
  /** What is known of conversations going on, for whoever goes on with them. */
  live: () => Promise<LiveSessions>;
  /** Whether the server is about to stop. */
  drain: Drain;
  /** Tells other processes that this one lives. */
  heartbeat: Heartbeat;
  /** Keeps conversations in the store. */
  recorder: Recorder;
  /** Milliseconds since 1970. */
  startedAt: number;
}

/** Puts the server together as its configuration says. */
export function createServices(
  config: Config,
  { log = createLog(), lib = new URL("./", import.meta.url) } = {},
): Services {
  const peer = config.provider === "local"
    ? new LocalPeer({
      onError: ({ message }) =>
        log.error("The embedded peer had to start anew", { error: message }),
    })
    : undefined;
  for (const warning of config.warnings) log.warn(warning);
  let opened: Promise<Stores> | undefined;
  const stores = () => opened ??= openStores(config.kvPath, log);
  const store = async () => (await stores()).conversations;
  const live = async () => (await stores()).live;
  const server = crypto.randomUUID();
  return {
    config,
    log,
    peer,
    doors: new Doors(config, log),
    provider: chooseProvider(config, peer, log),
    catalog: new CatalogSource(lib, log).current,
    sessions: new Map(),
    resumptions: new Resumptions(live, server),
    store,
    live,
    drain: new Drain(),
    heartbeat: new Heartbeat(server, live, log),
    recorder: new Recorder(store),
    startedAt: Date.now(),
  };
}

/**
 * The services as one client sees them: the same, and what it does stands in the
 * log under its name.
 */
export function servicesFor(services: Services, client: string): Services {
  // No copy: what changes in the services later is seen here, too.
  return Object.create(services, {
    log: { value: services.log.with({ client }), enumerable: true },
  });
}
