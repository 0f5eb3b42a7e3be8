import type { Agent } from "./agent.ts";
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
