import { KEPT_MS } from "./live_sessions.ts";
import { removeFile } from "./remove_file.ts";

const PREFIX = "server-";

/**
 * Locks on files by which processes of one machine know at once that another has
 * died: the operating system lets go of a lock as its process ends, however that
 * ends.
 */
export class ServerLocks {
  readonly #folder: string;
  readonly #held = new Map<string, Deno.FsFile>();

  /** @param folder Must be there. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Holds a process's lock until it is released, or the process ends. */
  hold(server: string): void {
    if (this.#held.has(server)) return;
    const path = this.#pathOf(server);
    // Nobody may find it there and not locked.
    const file = Deno.openSync(`${path}.new`, { create: true, write: true });
    file.lockSync(true);
    Deno.renameSync(`${path}.new`, path);
    this.#held.set(server, file);
  }

  async release(server: string): Promise<void> {
    this.#held.get(server)?.close();
    if (this.#held.delete(server)) await removeFile(this.#pathOf(server));
  }

  /** Whether a process has died without a word; false where it has no lock here. */
  async isDead(server: string): Promise<boolean> {
    if (this.#held.has(server)) return false;
    return await isFree(this.#pathOf(server));
  }

  /** Deletes the locks of processes that died so long ago that nobody asks any more. */
  async sweep(): Promise<void> {
    const old = Date.now() - KEPT_MS;
    for await (const { name } of Deno.readDir(this.#folder)) {
      if (!name.startsWith(PREFIX)) continue;
      const path = `${this.#folder}/${name}`;
      const { mtime } = await Deno.stat(path);
      if (mtime !== null && mtime.getTime() < old && await isFree(path)) {
        await removeFile(path);
      }
    }
  }

  #pathOf(server: string): string {
    return `${this.#folder}/${PREFIX}${encodeURIComponent(server)}`;
  }
}

async function isFree(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path, { write: true });
    return await file.tryLock(true);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
