import { fileURLToPath, pathToFileURL } from "node:url";

/** An npm package as `deno info` tells of it. */
interface Package {
  name: string;
  dependencies: string[];
  localPath: string;
}

/** The part of `deno info --json` that is used here. */
interface Info {
  modules: {
    specifier: string;
    kind?: string;
    error?: string;
    npmPackage?: string;
    dependencies?: {
      specifier: string;
      code?: { specifier?: string; error?: string };
    }[];
  }[];
  redirects: Record<string, string>;
  npmPackages?: Record<string, Package>;
}

/** Where an import leads: to a file, or to an export of a package. */
export type Target =
  | { kind: "file"; path: string }
  | { kind: "package"; folder: string; specifier: string };

async function readInfo(file: string, root: string): Promise<Info> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", file],
    cwd: root,
  }).output();
  if (!success) {
    const reason = new TextDecoder().decode(stderr).trim();
    throw new Error(`Can't read the imports of ${file}: ${reason}`);
  }
  return JSON.parse(new TextDecoder().decode(stdout));
}

/**
 * The imports of some modules as Deno resolves them, so that the browser gets
 * what the server runs: import map, linked packages and locked versions.
 */
export class Graph {
  #imports = new Map<string, string>();
  #redirects = new Map<string, string>();
  #npm = new Map<string, { id: string; specifier: string }>();
  #packages = new Map<string, Package>();

  /** Reads the imports of files and of all that they import. */
  static async of(files: string[], root: string): Promise<Graph> {
    const graph = new Graph();
    const infos = await Promise.all(files.map((file) => readInfo(file, root)));
    for (const info of infos) graph.#add(info);
    return graph;
  }

  #add(info: Info): void {
    for (const [from, to] of Object.entries(info.redirects)) {
      this.#redirects.set(from, to);
    }
    for (const [id, found] of Object.entries(info.npmPackages ?? {})) {
      this.#packages.set(id, found);
    }
    for (const module of info.modules) {
      if (module.error) throw new Error(module.error);
      if (module.npmPackage !== undefined) {
        this.#npm.set(module.specifier, {
          id: module.npmPackage,
          specifier: module.specifier,
        });
      }
      for (const { specifier, code } of module.dependencies ?? []) {
        if (code?.specifier === undefined) continue;
        this.#imports.set(`${module.specifier} ${specifier}`, code.specifier);
      }
    }
  }

  /** Where an import of a source file leads; undefined if it is unknown. */
  fromFile(importer: string, specifier: string): Target | undefined {
    const key = `${pathToFileURL(importer).href} ${specifier}`;
    const found = this.#imports.get(key);
    if (found === undefined) return undefined;
    const resolved = this.#redirects.get(found) ?? found;
    if (resolved.startsWith("file:")) {
      return { kind: "file", path: fileURLToPath(resolved) };
    }
    const npm = this.#npm.get(resolved);
    const home = npm && this.#packages.get(npm.id);
    if (!home) return undefined;
    // The form is npm:/name@version/subpath, and a name may be @scope/name.
    const subpath = /^npm:\/?(?:@[^/]+\/)?[^/]+(\/.*)?$/.exec(resolved)?.[1];
    return target(home, subpath ?? "");
  }

  /** Where a bare import of a package's file leads; undefined if unknown. */
  fromPackage(importer: string, specifier: string): Target | undefined {
    const home = [...this.#packages.values()]
      .filter(({ localPath }) => importer.startsWith(localPath + "/"))
      .sort((a, b) => b.localPath.length - a.localPath.length)[0];
    if (home === undefined) return undefined;
    const [, name, subpath] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ??
      [];
    const found = [
      home,
      ...home.dependencies.map((id) => this.#packages.get(id)),
    ]
      .find((candidate) => candidate?.name === name);
    return found && target(found, subpath ?? "");
  }
}

function target({ name, localPath }: Package, subpath: string): Target {
  return { kind: "package", folder: localPath, specifier: name + subpath };
}
