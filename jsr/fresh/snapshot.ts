import type { App } from "./app.ts";
import { interceptIsland } from "./intercept.ts";
import type { Handler } from "./listen.ts";
import { type FileModule, type FileRoute, fileRoutes } from "./files.ts";

/** A file that the server may hand out. */
export interface Asset {
  /** Path of the file relative to the project's folder. */
  file: string;
  /** Hash of the content. */
  hash: string;
}

/** A client module and the chunks that it imports at once. */
export interface ClientModule {
  /** URL path of the module. */
  path: string;
  /** URL paths of its chunks. */
  chunks: string[];
}

/** What a build leaves for the server: plain data, kept as JSON. */
export interface Snapshot {
  /** Hash of everything the browser can load. */
  buildId: string;
  /** What the build was made for. */
  mode: "development" | "production";
  /** Client modules by file name, one an island file. */
  islands: Record<string, ClientModule>;
  /** The module that revives islands; without islands there is none. */
  boot: ClientModule | null;
  /** URL path of the live reload script, while developing. */
  liveReload: string | null;
  /** Files by URL path. */
  assets: Record<string, Asset>;
}

/** A build as the build's entry module or the builder hands it over. */
export interface Build {
  /** Folder of the project. */
  root: string;
  /** The plain data. */
  snapshot: Snapshot;
  /** Modules of the islands by file name. */
  islands: Record<string, Record<string, unknown>>;
  /** Modules and loaders under `routes/` by file name. */
  routes: Record<string, FileModule | (() => Promise<FileModule>)>;
  /** Bodies of assets that are not on disk, by URL path. */
  memory?: Map<string, Uint8Array<ArrayBuffer>>;
}

/** Where the browser finds an island. */
export interface IslandSource extends ClientModule {
  /** Name of the exported component. */
  name: string;
}

/** A build made ready to serve. */
export interface EquippedBuild {
  root: string;
  snapshot: Snapshot;
  assets: Map<string, Asset>;
  islands: Map<unknown, IslandSource>;
  routes: FileRoute[];
  memory: Map<string, Uint8Array<ArrayBuffer>> | undefined;
}

const builds = new WeakMap<object, EquippedBuild>();

/** Gives an app the result of a build. */
export function equip<State>(app: App<State>, build: Build): void {
  const { root, snapshot, memory } = build;
  const islands = new Map<unknown, IslandSource>();
  for (const [file, module] of Object.entries(build.islands)) {
    const source = snapshot.islands[file];
    if (source === undefined) continue;
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== "function") continue;
      islands.set(value, { ...source, name });
      interceptIsland(value);
    }
  }
  app.config.root = root;
  app.config.mode = snapshot.mode;
  builds.set(app, {
    root,
    snapshot,
    islands,
    memory,
    assets: new Map(Object.entries(snapshot.assets)),
    routes: fileRoutes(build.routes),
  });
}

/** What `deno serve` runs. */
export interface Server {
  /** Answers a request. */
  fetch: Handler;
}

/** Gives an app the result of a build, and makes the server of both. */
export function serverOf<State>(app: App<State>, build: Build): Server {
  equip(app, build);
  return { fetch: app.handler() };
}

/** The build that an app was equipped with. */
export function buildOf<State>(app: App<State>): EquippedBuild | undefined {
  return builds.get(app);
}
