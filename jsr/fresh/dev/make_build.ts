import { pathToFileURL } from "node:url";
import { compareFiles, type FileModule, isEager, isIgnored } from "../files.ts";
import type { Asset, Build, Snapshot } from "../snapshot.ts";
import { BOOT, bundle, type Entry, LIVE_RELOAD } from "./bundle.ts";
import { isModule, walk } from "./walk.ts";

/** Where things are: paths relative to `root` where not absolute. */
export interface Layout {
  root: string;
  outDir: string;
  staticDir: string;
  islandDir: string;
  routeDir: string;
  serverEntry: string;
  target: string | string[];
}

/** What a build found and made. */
export interface Made {
  snapshot: Snapshot;
  /** Island files, relative to their folder. */
  islands: string[];
  /** Route files, relative to their folder, and whether to load them at once. */
  routes: { file: string; eager: boolean }[];
  /** Client code by URL path. */
  code: Map<string, Uint8Array<ArrayBuffer>>;
}

async function sha1(
  parts: (string | Uint8Array<ArrayBuffer>)[],
): Promise<string> {
  const blob = await new Blob(parts).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-1", blob)).toHex();
}

/** Reads the project and makes the client code. */
export async function make(
  layout: Layout,
  mode: "development" | "production",
  liveReload: boolean,
): Promise<Made> {
  const { root, outDir, staticDir, islandDir, routeDir, target } = layout;
  const [islandFiles, routeFiles, staticFiles] = await Promise.all([
    walk(`${root}/${islandDir}`),
    walk(`${root}/${routeDir}`),
    walk(`${root}/${staticDir}`),
  ]);
  const islands = islandFiles.filter(isModule);
  const routes = await Promise.all(
    routeFiles.filter((file) => isModule(file) && !isIgnored(file))
      .sort(compareFiles).map(async (file) => {
        const source = await Deno.readTextFile(`${root}/${routeDir}/${file}`);
        return { file, eager: isEager(file, source) };
      }),
  );

  const nameOf = (file: string) =>
    "island-" + file.replace(/\.\w+$/, "").replaceAll("/", "-");
  const entries: Entry[] = islands.map((file) => ({
    name: nameOf(file),
    file: `${root}/${islandDir}/${file}`,
  }));
  if (islands.length > 0) entries.push(BOOT);
  if (liveReload) entries.push(LIVE_RELOAD);
  const { files, modules } = entries.length > 0
    ? await bundle(entries, { root, mode, target })
    : { files: new Map(), modules: new Map() };

  const assets: Record<string, Asset> = {};
  for (const path of staticFiles) {
    const file = `${staticDir}/${path}`;
    const hash = await sha1([await Deno.readFile(`${root}/${file}`)]);
    assets["/" + path] = { file, hash };
  }
  const hashes = new Map<string, string>();
  for (const [name, body] of files) hashes.set(name, await sha1([body]));
  const known = [
    ...Object.entries(assets).map(([path, { hash }]) => path + hash),
    ...[...hashes].flat(),
  ];
  const buildId = await sha1(known.sort());

  const folder = `/_fresh/js/${buildId}`;
  const code = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, body] of files) {
    code.set(`${folder}/${name}`, body);
    assets[`${folder}/${name}`] = {
      file: `${outDir}/js/${buildId}/${name}`,
      hash: hashes.get(name)!,
    };
  }
  const urls = (name: string) => {
    const { path, chunks } = modules.get(name)!;
    return {
      path: `${folder}/${path}`,
      chunks: chunks.map((chunk: string) => `${folder}/${chunk}`),
    };
  };
  return {
    snapshot: {
      buildId,
      mode,
      islands: Object.fromEntries(
        islands.map((file) => [file, urls(nameOf(file))]),
      ),
      boot: islands.length > 0 ? urls(BOOT.name) : null,
      liveReload: liveReload ? urls(LIVE_RELOAD.name).path : null,
      assets,
    },
    islands,
    routes,
    code,
  };
}

/** Loads what a build needs into this process. */
export async function load(made: Made, layout: Layout): Promise<Build> {
  const { root, islandDir, routeDir } = layout;
  const module = (path: string) =>
    import(pathToFileURL(`${root}/${path}`).href);
  const islands: Build["islands"] = {};
  for (const file of made.islands) {
    islands[file] = await module(`${islandDir}/${file}`);
  }
  const routes: Build["routes"] = {};
  for (const { file, eager } of made.routes) {
    const path = `${routeDir}/${file}`;
    routes[file] = eager
      ? await module(path)
      : () => module(path) as Promise<FileModule>;
  }
  return { root, snapshot: made.snapshot, islands, routes, memory: made.code };
}
