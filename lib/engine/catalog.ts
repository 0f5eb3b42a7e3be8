import type { Agent } from "./agent.ts";
import { isAgent } from "./agent.ts";
import type { Tool } from "./tool.ts";
import { isTool } from "./tool.ts";

/** Why a file in `lib/agents/` or `lib/tools/` could not be used. */
export interface CatalogFault {
  /** Such as `lib/tools/get_weather.ts`. */
  file: string;
  reason: string;
}

/** The agents and tools there are, by name. */
export interface Catalog {
  agents: ReadonlyMap<string, Agent>;
  tools: ReadonlyMap<string, Tool>;
  faults: readonly CatalogFault[];
}

/** A tool's name as the wire allows it; files are named so. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * Finds, loads and checks the modules in two folders. A file that can't be used
 * becomes a fault and costs nothing else.
 *
 * @param lib The folder that holds `agents/` and `tools/`, as a `file:` URL.
 */
export async function loadCatalog(lib: URL): Promise<Catalog> {
  const faults: CatalogFault[] = [];
  const [agents, tools] = await Promise.all([
    loadFolder(
      new URL("agents/", lib),
      isAgent,
      "export default defineAgent({ … })",
      faults,
    ),
    loadFolder(
      new URL("tools/", lib),
      isTool,
      "export default defineTool({ … })",
      faults,
    ),
  ]);
  for (const [name, agent] of agents) {
    const missing = agent.tools?.filter((tool) => !tools.has(tool)) ?? [];
    if (missing.length === 0) continue;
    agents.delete(name);
    faults.push({
      file: `lib/agents/${name}.ts`,
      reason: `It names tools that are not there: ${missing.join(", ")}`,
    });
  }
  return { agents, tools, faults };
}

async function loadFolder<Value>(
  folder: URL,
  accepts: (value: unknown) => value is Value,
  form: string,
  faults: CatalogFault[],
): Promise<Map<string, Value>> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile && /\.tsx?$/.test(entry.name)) files.push(entry.name);
  }
  const found = new Map<string, Value>();
  const kind = folder.pathname.split("/").at(-2);
  await Promise.all(
    files.sort().map(async (file) => {
      const name = file.replace(/\.tsx?$/, "");
      const fault = (reason: string) =>
        faults.push({ file: `lib/${kind}/${file}`, reason });
      if (!NAME.test(name)) {
        fault(
          "Its name may have letters, digits, _ and - only (64 at the most)",
        );
        return;
      }
      try {
        const module = await import(new URL(file, folder).href);
        if (accepts(module.default)) found.set(name, module.default);
        else fault(`It has no ${form}`);
      } catch (error) {
        fault(error instanceof Error ? error.message : String(error));
      }
    }),
  );
  // Loading order is chance; the page lists by name.
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b)));
}
