import type { Agent } from "./agent.ts";
import type { Catalog, CatalogFault } from "./catalog.ts";
import type { Entry } from "./catalog_entry.ts";
import { fileName } from "./module_error.ts";
import type { Tool } from "./tool.ts";

/**
 * Puts together what can be used: of each file the version of now, or where
 * that has a fault, the last good one. Marks the good ones.
 *
 * @param lib The folder that holds `agents/` and `tools/`.
 */
export async function assembleCatalog(
  agents: readonly Entry<Agent>[],
  tools: readonly Entry<Tool>[],
  lib: URL,
): Promise<Catalog> {
  const faults: CatalogFault[] = [];
  const usableTools = collect(tools, () => true, faults, lib);
  const complete = (agent: Agent) =>
    missing(agent.tools, usableTools).length === 0;
  const usableAgents = collect(agents, complete, faults, lib);
  const accuse = async (module: string, what: string, names: string[]) => {
    if (names.length === 0) return;
    faults.push({
      file: fileName(lib, module),
      ...await lineNaming(names[0]!, new URL(module)),
      reason: `It names ${what} that are not there: ${names.join(", ")}`,
    });
  };
  for (const { latest, module } of agents) {
    await accuse(module, "tools", missing(latest?.tools, usableTools));
    // It stays in use without them: else one broken agent took others along.
    await accuse(module, "agents", missing(latest?.handoffs, usableAgents));
  }
  return { agents: usableAgents, tools: usableTools, faults: tidy(faults) };
}

function collect<Value>(
  entries: readonly Entry<Value>[],
  usable: (value: Value) => boolean,
  faults: CatalogFault[],
  lib: URL,
): Map<string, Value> {
  const found = new Map<string, Value>();
  const owners = new Map<string, string>();
  for (const entry of entries) {
    if (entry.fault !== undefined) faults.push(entry.fault);
    const owner = owners.get(entry.name);
    if (owner !== undefined) {
      const reason = `${fileName(lib, owner)} has this name already`;
      faults.push({ file: fileName(lib, entry.module), reason });
      continue;
    }
    owners.set(entry.name, entry.module);
    if (entry.latest !== undefined && usable(entry.latest)) {
      entry.good = entry.latest;
    }
    if (entry.good !== undefined && usable(entry.good)) {
      found.set(entry.name, entry.good);
    }
  }
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b)));
}

function missing(
  names: readonly string[] = [],
  there: ReadonlyMap<string, unknown>,
): string[] {
  return names.filter((name) => !there.has(name));
}

/** The first line with this name in quotes; nothing where it is put together otherwise. */
async function lineNaming(
  name: string,
  module: URL,
): Promise<{ line?: number }> {
  const text = await Deno.readTextFile(module).catch(() => "");
  const line = text.split("\n").findIndex((line) =>
    ['"', "'", "`"].some((quote) => line.includes(quote + name + quote))
  );
  return line < 0 ? {} : { line: line + 1 };
}

/** In order; a file that several import is named once. */
function tidy(faults: CatalogFault[]): CatalogFault[] {
  const distinct = new Map(
    faults.map((fault) => [JSON.stringify(fault), fault]),
  );
  return [...distinct.values()].sort((a, b) =>
    a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0)
  );
}
