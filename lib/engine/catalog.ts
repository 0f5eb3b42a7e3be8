import type { Agent } from "./agent.ts";
import { CatalogSource } from "./catalog_source.ts";
import type { Tool } from "./tool.ts";

/** Why a file in `lib/agents/` or `lib/tools/` could not be used. */
export interface CatalogFault {
  /** Such as `lib/tools/get_weather.ts`. */
  file: string;
  /** Counts from 1; missing where the whole file is meant. */
  line?: number;
  reason: string;
}

/** The agents and tools there are, by name. */
export interface Catalog {
  agents: ReadonlyMap<string, Agent>;
  tools: ReadonlyMap<string, Tool>;
  /** By file and line. */
  faults: readonly CatalogFault[];
}

/**
 * Finds, loads and checks the agents and tools once. A file that can't be used
 * becomes a fault and costs nothing else.
 *
 * @param lib The folder that holds `agents/` and `tools/`, as a `file:` URL.
 */
export async function loadCatalog(lib: URL): Promise<Catalog> {
  const silent = { info() {}, warn() {}, error() {} };
  using source = new CatalogSource(lib, silent);
  return await source.current();
}
