import type { App } from "../app.ts";
import { listen, type ListenOptions } from "../listen.ts";
import { equip, serverOf } from "../snapshot.ts";
import { type Layout, load, make } from "./make_build.ts";
import { write } from "./write_build.ts";

/** Options of {@linkcode Builder}. */
export interface BuilderOptions {
  /** What the client code must run on, in esbuild's words. */
  target?: string | string[];
  /** Folder of the project; default: the working directory. */
  root?: string;
  /** Where the build goes; default `_fresh`. */
  outDir?: string;
  /** Files to serve; default `static`. */
  staticDir?: string;
  /** Islands; default `islands`. */
  islandDir?: string;
  /** Routes; default `routes`. */
  routeDir?: string;
  /** Module that exports `app`; default `main.ts`. */
  serverEntry?: string;
}

/** Options of {@linkcode Builder.build}. */
export interface BuildOptions {
  /** Default: production. */
  mode?: "development" | "production";
  /** Write the build (default), or keep it for this process only. */
  snapshot?: "disk" | "memory";
}

/** Builds an app, or serves it while it is worked on. */
export class Builder {
  #layout: Layout;

  /** Creates a builder; all paths are relative to `root`. */
  constructor(options: BuilderOptions = {}) {
    this.#layout = {
      root: (options.root ?? Deno.cwd()).replace(/\/+$/, ""),
      outDir: options.outDir ?? "_fresh",
      staticDir: options.staticDir ?? "static",
      islandDir: options.islandDir ?? "islands",
      routeDir: options.routeDir ?? "routes",
      serverEntry: options.serverEntry ?? "main.ts",
      target: options.target ?? "es2022",
    };
  }

  /** Builds the app; the returned function equips an app with the build. */
  async build(
    options: BuildOptions = {},
  ): Promise<<State>(app: App<State>) => void> {
    const { mode = "production", snapshot = "disk" } = options;
    const made = await make(this.#layout, mode, false);
    if (snapshot === "disk") await write(made, this.#layout);
    const build = await load(made, this.#layout);
    return (app) => equip(app, build);
  }

  /** Serves the app with live reload; a restart comes from `deno run --watch`. */
  async listen<State>(
    importApp: () => Promise<{ app: App<State> }>,
    options?: ListenOptions,
  ): Promise<void> {
    const made = await make(this.#layout, "development", true);
    const { app } = await importApp();
    const server = serverOf(app, await load(made, this.#layout));
    const revision = crypto.randomUUID();
    await listen(async (req, info) => {
      if (new URL(req.url).pathname !== "/_frsh/alive") {
        return await server.fetch(req, info);
      }
      const { socket, response } = Deno.upgradeWebSocket(req);
      socket.addEventListener("open", () => socket.send(revision));
      return response;
    }, options);
  }
}
