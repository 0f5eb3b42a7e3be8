import { fileURLToPath, pathToFileURL } from "node:url";

/** What a scan found. */
export interface ScanResult {
  /** The URLs of all module files, sorted. */
  files: string[];
  /** Those that are new, were edited or are gone since the last scan. */
  changed: Set<string>;
}

/** What can be imported. Other files in the folders are not looked at. */
const MODULE = /\.(?:[cm]?[jt]sx?|json|wasm)$/;

/** How many files are looked at at once, so that a scan never runs out of handles. */
const AT_ONCE = 16;

/** A file as it was last seen. */
interface Seen {
  url: string;
  /** Changes with every write, also where the content stays the same. */
  stamp: string;
  digest: string;
}

/**
 * Finds out which module files in some folders, and in folders inside them,
 * changed. It asks instead of watching: so it works on file systems that notify
 * nobody, and costs nothing while no one asks. Content is read only of files
 * whose time, size or identity changed.
 *
 * Symbolic links to files count, those to folders inside do not.
 */
export class ModuleScan {
  // Paths, as Deno takes half as long for them as for URLs.
  #folders: string[];
  #seen = new Map<string, Seen>();

  /** @param folders As `file:` URLs; they may be missing. */
  constructor(folders: URL[]) {
    this.#folders = folders.map((folder) =>
      fileURLToPath(folder).replace(/[/\\]$/, "")
    );
  }

  /**
   * Looks once; at the first time all files are new.
   *
   * @throws {Deno.errors.PermissionDenied} or another of the file system's
   * errors, where a folder can't be listed. Then it is as if it never looked.
   */
  async run(): Promise<ScanResult> {
    const before = this.#seen;
    const paths = (await Promise.all(this.#folders.map(list))).flat();
    const seen = new Map<string, Seen>();
    const queue = paths.values();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const path of queue) {
        const file = await look(path, before.get(path));
        if (file !== undefined) seen.set(path, file);
      }
    }));
    this.#seen = seen;
    const changed = new Set<string>();
    for (const [path, { url }] of [...seen, ...before]) {
      const same = seen.get(path)?.digest === before.get(path)?.digest;
      if (!same) changed.add(url);
    }
    return { files: [...seen.values()].map(({ url }) => url).sort(), changed };
  }
}

async function list(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      if (!isDirectory) {
        if (MODULE.test(name)) found.push(path);
      } else if (name !== "node_modules" && !name.startsWith(".")) {
        found.push(...await list(path));
      }
    }
  } catch (error) {
    // It may go while it is read.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}

/** Reads a file unless it is as it was; undefined where it is no longer there. */
async function look(path: string, before?: Seen): Promise<Seen | undefined> {
  const url = before?.url ?? pathToFileURL(path).href;
  try {
    const { mtime, ctime, size, ino, isFile } = await Deno.stat(path);
    if (!isFile) return undefined;
    const stamp = [mtime?.getTime(), ctime?.getTime(), size, ino].join();
    if (stamp === before?.stamp) return before;
    const content = await Deno.readFile(path);
    const hash = await crypto.subtle.digest("SHA-256", content);
    return { url, stamp, digest: new Uint8Array(hash).toHex() };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    // Not readable: importing it says so.
    return { url, stamp: "", digest: String(error) };
  }
}
