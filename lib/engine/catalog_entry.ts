import type { Clock } from "../clock.ts";
import { type Agent, isAgent } from "./agent.ts";
import type { CatalogFault } from "./catalog.ts";
import { explainModuleError, fileName } from "./module_error.ts";
import type { ModuleVersions } from "./module_versions.ts";
import { isTool, type Tool } from "./tool.ts";

/** One file of `lib/agents/` or `lib/tools/`, through all its edits. */
export interface Entry<Value> {
  /** The module's URL. */
  readonly module: string;
  /** Such as `get_weather`. */
  readonly name: string;
  /** What the file exports as it is now; undefined with a fault. */
  latest?: Value;
  /** What it exported when it last could be used. */
  good?: Value;
  fault?: CatalogFault;
}

/** What a folder's files must be. */
export interface Kind<Value> {
  /** With a slash at the end. */
  folder: string;
  accepts(value: unknown): value is Value;
  form: string;
}

export const AGENTS: Kind<Agent> = {
  folder: "agents/",
  accepts: isAgent,
  form: "export default defineAgent({ … })",
};

export const TOOLS: Kind<Tool> = {
  folder: "tools/",
  accepts: isTool,
  form: "export default defineTool({ … })",
};

/** Milliseconds that a module may take to load, its top-level `await` included. */
const LOAD_LIMIT_MS = 5_000;

/** An agent's or tool's name as the wire allows it; files are named so. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * The entries for these files: one that was there before is taken over, one
 * whose file is gone is left out.
 *
 * @param files URLs of all module files there are, sorted.
 */
export function matchEntries<Value>(
  before: readonly Entry<Value>[],
  files: readonly string[],
  { folder }: Kind<Value>,
  lib: URL,
): Entry<Value>[] {
  const prefix = new URL(folder, lib).href;
  return files
    .filter((file) =>
      file.startsWith(prefix) && /^[^/]+\.tsx?$/.test(file.slice(prefix.length))
    )
    .map((module) =>
      before.find((entry) => entry.module === module) ??
        { module, name: module.slice(prefix.length).replace(/\.tsx?$/, "") }
    );
}

/**
 * Imports the entry's module and puts into the entry what it exports, or the
 * fault. Never throws.
 */
export async function loadEntry<Value>(
  entry: Entry<Value>,
  { accepts, form }: Kind<Value>,
  { lib, versions, clock }: {
    lib: URL;
    versions: ModuleVersions;
    clock: Clock;
  },
): Promise<void> {
  const fail = (fault: CatalogFault) => {
    entry.latest = undefined;
    entry.fault = fault;
  };
  const file = fileName(lib, entry.module);
  if (!NAME.test(entry.name)) {
    const reason =
      "Its name may have letters, digits, _ and - only (64 at the most)";
    return fail({ file, reason });
  }
  try {
    const loading = versions.import(entry.module);
    const { default: value } = await inTime(loading, clock);
    if (!accepts(value)) return fail({ file, reason: `It has no ${form}` });
    entry.latest = value;
    entry.fault = undefined;
  } catch (error) {
    fail(explainModuleError(error, lib, entry.module));
  }
}

/** @throws {Error} when the limit is over; what comes later is dropped. */
async function inTime<Value>(
  loading: Promise<Value>,
  clock: Clock,
): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = clock.after(LOAD_LIMIT_MS, () => {
    reject(
      new Error(`It did not finish loading within ${LOAD_LIMIT_MS / 1000} s`),
    );
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clock.clear(timer);
  }
}
