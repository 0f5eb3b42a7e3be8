const ROOT = new URL("../../../", import.meta.url);

/** A clean clone of this project. */
export interface Clone extends AsyncDisposable {
  root: URL;
}

/**
 * Clones this project into a folder of its own, with what is not committed yet
 * and without what git ignores. The folder goes when it is disposed.
 *
 * @throws with git's words, where this is no repository.
 */
export async function cloneProject(): Promise<Clone> {
  const files = await filesOfGit();
  const folder = await Deno.makeTempDir({ prefix: "parley-clone-" });
  const root = new URL(`file://${folder}/`);
  for (const file of files) {
    const to = new URL(file, root);
    await Deno.mkdir(new URL(".", to), { recursive: true });
    try {
      await Deno.copyFile(new URL(file, ROOT), to);
    } catch (error) {
      // It has been deleted, and git was not told yet.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return {
    root,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** The files that a commit of everything would hold. */
async function filesOfGit(): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command("git", {
    args: [
      "-c",
      // Whoever runs the tests need not be who cloned the project.
      `safe.directory=${ROOT.pathname.replace(/\/$/, "")}`,
      "ls-files",
      "-z",
      "--cached",
      "--others",
      "--exclude-standard",
    ],
    cwd: ROOT,
  }).output();
  const decoder = new TextDecoder();
  if (code !== 0) throw new Error(decoder.decode(stderr));
  return decoder.decode(stdout).split("\0").filter((file) => file !== "");
}
