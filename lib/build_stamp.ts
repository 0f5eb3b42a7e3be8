import { createHash } from "node:crypto";

/** What the application is built of, in the project's folder. */
export const SOURCES: readonly string[] = [
  "components",
  "deno.json",
  "deno.lock",
  "dev.ts",
  "islands",
  "jsr",
  "lib",
  "main.ts",
  "routes",
  "static",
];

/** Loaded as they are, while the server runs: nothing is built of them. */
const MODULES = ["lib/agents", "lib/tools"];

const STAMP = "_fresh/sources.sha256";
const BUILT = "_fresh/server.js";

/**
 * Builds a project unless what it was built from last is what is there now.
 *
 * @param root The project's folder.
 * @throws what the build throws; the next one is made then in any case.
 */
export async function buildIfNeeded(
  root: URL,
  build: () => Promise<unknown>,
): Promise<void> {
  const sources = await hashOf(root);
  const stamp = new URL(STAMP, root);
  if (await isThere(new URL(BUILT, root)) && await textOf(stamp) === sources) {
    return;
  }
  // One that is not finished is none.
  await Deno.remove(stamp).catch(unlessMissing);
  await build();
  await Deno.writeTextFile(stamp, sources);
}

/** By the content of each file and its place, and by what builds it. */
async function hashOf(root: URL): Promise<string> {
  const hash = createHash("sha256").update(Deno.version.deno);
  const add = async (path: string): Promise<void> => {
    if (MODULES.includes(path)) return;
    const place = new URL(path, root);
    let info;
    try {
      info = await Deno.stat(place);
    } catch (error) {
      return unlessMissing(error);
    }
    if (info.isFile) {
      const bytes = await Deno.readFile(place);
      hash.update(`\0${path}\0${bytes.length}\0`).update(bytes);
      return;
    }
    const names = await Array.fromAsync(Deno.readDir(place));
    for (const { name } of names.sort((a, b) => a.name < b.name ? -1 : 1)) {
      await add(`${path}/${encodeURIComponent(name)}`);
    }
  };
  for (const path of SOURCES) await add(path);
  return hash.digest("hex");
}

async function textOf(file: URL): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    unlessMissing(error);
  }
}

async function isThere(file: URL): Promise<boolean> {
  try {
    return (await Deno.stat(file)).isFile;
  } catch (error) {
    unlessMissing(error);
    return false;
  }
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
