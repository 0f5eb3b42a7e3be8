/** So many are held open: of each conversation's files a process has one. */
const MOST = 256;

const OPEN = { read: true, append: true, create: true };

/**
 * Files that are read and appended to, held open: to open one, and to ask for it
 * by its path, takes longer than to append a line to it. Where there are too many
 * the longest unused is closed, and opened again when it is needed.
 */
export class HeldFiles implements Disposable {
  readonly #files = new Map<string, Deno.FsFile>();
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** Opens a file, or makes it, while nobody waits for that. */
  async prepare(path: string): Promise<void> {
    const file = await Deno.open(path, OPEN);
    if (this.#files.has(path)) file.close();
    else this.#hold(path, file);
  }

  /** The file, which is made where it is not there; writing appends to it. */
  open(path: string): Deno.FsFile {
    const held = this.#files.get(path);
    if (held !== undefined) {
      // Behind all others: the order is that of their use.
      this.#files.delete(path);
      this.#files.set(path, held);
      return held;
    }
    const file = Deno.openSync(path, OPEN);
    this.#hold(path, file);
    return file;
  }

  /** The file where it is held; else nothing is opened. */
  held(path: string): Deno.FsFile | undefined {
    return this.#files.get(path);
  }

  close(path: string): void {
    this.#files.get(path)?.close();
    this.#files.delete(path);
  }

  [Symbol.dispose](): void {
    for (const path of [...this.#files.keys()]) this.close(path);
  }

  #hold(path: string, file: Deno.FsFile): void {
    this.#files.set(path, file);
    if (this.#files.size <= this.#most) return;
    const [longestUnused] = this.#files.keys();
    this.close(longestUnused!);
  }
}
