/**
 * Lists the files below a folder as sorted paths relative to it. A missing
 * folder has none.
 */
export async function walk(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      const path = prefix + entry.name;
      if (!entry.isDirectory) found.push(path);
      else found.push(...await walk(`${folder}/${entry.name}`, path + "/"));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

/** Whether a file is a module that the app may load, and no test. */
export function isModule(file: string): boolean {
  return /\.[jt]sx?$/.test(file) && !/[._]test\.[jt]sx?$/.test(file) &&
    !file.endsWith(".d.ts");
}
