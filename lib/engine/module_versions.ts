import { registerHooks, type RegisterHooksOptions } from "node:module";

/**
 * Imports modules again after an edit, without a restart.
 *
 * Deno keeps a module for the life of the process, under its URL. A file is
 * therefore imported under a new query (`…/get_weather.ts?v=3`) when it changed
 * or anything that it imports did. A resolve hook sees each import that these
 * files make: so it knows who imports whom, without parsing anything, and sends
 * them to the version of the day. A module that nothing changed about stays the
 * same instance for all that import it, with its state. Source text is never
 * rewritten: `import.meta.url`, stack traces and the import map work as ever.
 *
 * Limits: old versions stay in memory until the server ends, some 50 KB for
 * each edit. Only what is imported from the given folders counts, not what a
 * module reads by itself.
 */
export class ModuleVersions implements Disposable {
  #folders: string[];
  /** The version in use of each module, by its plain URL. */
  #versions = new Map<string, number>();
  /** What each module imports from the folders. */
  #imports = new Map<string, Set<string>>();
  #generation = -1;
  #hook: { deregister(): void };

  /** @param folders Whose modules are versioned, with a slash at the end. */
  constructor(folders: URL[]) {
    this.#folders = folders.map((folder) => folder.href);
    this.#hook = registerHooks({ resolve: this.#resolve });
  }

  /** Whether this module has been imported since it was last forgotten. */
  has(module: string): boolean {
    return this.#versions.has(module);
  }

  /** Has these modules, and all that import them, evaluated anew when next asked for. */
  forget(changed: Iterable<string>): void {
    const gone = new Set(changed);
    let before: number;
    do {
      before = gone.size;
      for (const [module, imports] of this.#imports) {
        if (!gone.isDisjointFrom(imports)) gone.add(module);
      }
    } while (gone.size > before);
    for (const module of gone) this.#drop(module);
    this.#generation++;
  }

  /**
   * Forgets all that these modules do not import, directly or not. Deno also
   * keeps failures: a module that had a part in one must get a new URL.
   */
  keepOnly(modules: Iterable<string>): void {
    const kept = new Set(modules);
    // A set takes in what is added while it is gone through.
    for (const module of kept) {
      for (const imported of this.#imports.get(module) ?? []) {
        kept.add(imported);
      }
    }
    for (const module of this.#versions.keys()) {
      if (!kept.has(module)) this.#drop(module);
    }
  }

  /**
   * Imports a module in its version of the day.
   *
   * @param module Its plain URL, inside one of the folders.
   * @throws what the module throws, or Deno on the way to it.
   */
  import(module: string): Promise<Record<string, unknown>> {
    return import(this.#versioned(module));
  }

  [Symbol.dispose](): void {
    this.#hook.deregister();
  }

  #resolve: RegisterHooksOptions["resolve"] = (specifier, context, next) => {
    const resolved = next(specifier, context);
    const importer = this.#plain(context.parentURL);
    const module = this.#plain(resolved.url);
    if (importer === undefined || module === undefined) return resolved;
    const imports = this.#imports.get(importer) ?? new Set();
    this.#imports.set(importer, imports.add(module));
    return { ...resolved, url: this.#versioned(module) };
  };

  #versioned(module: string): string {
    const version = this.#versions.get(module) ?? this.#generation;
    this.#versions.set(module, version);
    // Where nothing is ever edited, nothing looks different from plain imports.
    return version === 0 ? module : `${module}?v=${version}`;
  }

  /** A module's URL without its version; undefined for one outside the folders. */
  #plain(url: string | undefined): string | undefined {
    const plain = url?.replace(/[?#].*$/, "");
    return this.#folders.some((folder) => plain?.startsWith(folder))
      ? plain
      : undefined;
  }

  #drop(module: string): void {
    this.#versions.delete(module);
    this.#imports.delete(module);
  }
}
