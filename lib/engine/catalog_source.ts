import { type Clock, systemClock } from "../clock.ts";
import type { Agent } from "./agent.ts";
import type { Catalog, CatalogFault } from "./catalog.ts";
import { assembleCatalog } from "./catalog_checks.ts";
import {
  AGENTS,
  type Entry,
  loadEntry,
  matchEntries,
  TOOLS,
} from "./catalog_entry.ts";
import { shareRuns } from "./catalog_sharing.ts";
import { fileName } from "./module_error.ts";
import { ModuleScan } from "./module_scan.ts";
import { ModuleVersions } from "./module_versions.ts";
import type { Log, Tool } from "./tool.ts";

/**
 * The agents and tools in `lib/agents/` and `lib/tools/`, always as they are
 * now: an edited, added or removed file counts from the next call of
 * {@link CatalogSource.current}. A file with a fault keeps its last good
 * version. A catalog once given out never changes, so a conversation keeps what
 * it started with.
 *
 * Files that these import from the two folders count too, others don't.
 */
export class CatalogSource implements Disposable {
  #lib: URL;
  #log: Pick<Log, "info" | "warn" | "error">;
  #clock: Clock;
  #scan: ModuleScan;
  #versions: ModuleVersions;
  #agents: Entry<Agent>[] = [];
  #tools: Entry<Tool>[] = [];
  #catalog: Catalog | undefined;

  /**
   * @param lib The folder that holds `agents/` and `tools/`, as a `file:` URL.
   * @param log Told of each fault when it appears and when it is gone.
   */
  constructor(
    lib: URL,
    log: Pick<Log, "info" | "warn" | "error">,
    { clock = systemClock } = {},
  ) {
    this.#lib = lib;
    this.#log = log;
    this.#clock = clock;
    const folders = [AGENTS, TOOLS].map(({ folder }) => new URL(folder, lib));
    this.#scan = new ModuleScan(folders);
    this.#versions = new ModuleVersions(folders);
  }

  /**
   * The catalog of now; the same object as before where nothing changed. Takes
   * a look at each file, so ask once per conversation or page.
   *
   * @throws what the file system says, where the folders can't be listed and
   * never could.
   */
  readonly current: () => Promise<Catalog> = shareRuns(() => this.#update());

  /** Stops telling versions apart; what was loaded goes on working. */
  [Symbol.dispose](): void {
    this.#versions[Symbol.dispose]();
  }

  async #update(): Promise<Catalog> {
    const before = this.#catalog;
    const { files, changed } = await this.#scan.run().catch((error) => {
      if (before === undefined) throw error;
      this.#log.warn("Agents and tools stay as they are, for want of a look", {
        error: String(error),
      });
      return { files: [], changed: new Set<string>() };
    });
    if (before !== undefined && changed.size === 0) return before;
    this.#versions.forget(changed);
    this.#agents = matchEntries(this.#agents, files, AGENTS, this.#lib);
    this.#tools = matchEntries(this.#tools, files, TOOLS, this.#lib);
    await this.#load();
    const catalog = await assembleCatalog(this.#agents, this.#tools, this.#lib);
    this.#catalog = catalog;
    this.#report(catalog.faults, before?.faults ?? []);
    if (before !== undefined) {
      this.#log.info("Agents and tools changed", {
        files: [...changed].map((file) => fileName(this.#lib, file)).sort(),
      });
    }
    return catalog;
  }

  /** Imports what is new, changed, or had a fault: that may lie in what changed. */
  async #load(): Promise<void> {
    const how = {
      lib: this.#lib,
      versions: this.#versions,
      clock: this.#clock,
    };
    const stale = ({ module }: Entry<unknown>) => !this.#versions.has(module);
    await Promise.all([
      ...this.#agents.filter(stale).map((it) => loadEntry(it, AGENTS, how)),
      ...this.#tools.filter(stale).map((it) => loadEntry(it, TOOLS, how)),
    ]);
    this.#versions.keepOnly(
      [...this.#agents, ...this.#tools]
        .filter(({ fault }) => fault === undefined)
        .map(({ module }) => module),
    );
  }

  #report(now: readonly CatalogFault[], before: readonly CatalogFault[]): void {
    const known = new Set(before.map((fault) => JSON.stringify(fault)));
    for (const fault of now) {
      if (known.has(JSON.stringify(fault))) continue;
      const { file, line, reason } = fault;
      const place = line === undefined ? file : `${file}:${line}`;
      this.#log.error(`${place} can't be used`, { file, line, reason });
    }
    const faulty = new Set(now.map(({ file }) => file));
    for (const file of new Set(before.map(({ file }) => file))) {
      if (!faulty.has(file)) {
        this.#log.info(`${file} has no fault any more`, { file });
      }
    }
  }
}
