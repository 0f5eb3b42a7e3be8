import { SOURCES } from "../../lib/build_stamp.ts";

const ROOT = new URL("../../", import.meta.url);

const BUILT = new URL("_fresh", ROOT);

/** A project that a test may edit. */
export interface ProjectCopy extends AsyncDisposable {
  root: URL;
  /** Writes a file, named from the project's folder. */
  write(file: string, text: string): Promise<void>;
}

/**
 * Copies this project, and what was built of it, into a folder of its own, which
 * goes when it is disposed.
 */
export async function copyProject(): Promise<ProjectCopy> {
  const folder = await Deno.makeTempDir({ prefix: "parley-copy-" });
  const root = new URL(`file://${folder}/`);
  for (const part of SOURCES) {
    await copy(new URL(part, ROOT), new URL(part, root));
  }
  if (await isThere(BUILT)) await copy(BUILT, new URL("_fresh", root));
  return {
    root,
    write: (file, text) => Deno.writeTextFile(new URL(file, root), text),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function copy(from: URL, to: URL): Promise<void> {
  if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) {
    await copy(new URL(`${from.href}/${name}`), new URL(`${to.href}/${name}`));
  }
}

async function isThere(place: URL): Promise<boolean> {
  try {
    await Deno.stat(place);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
