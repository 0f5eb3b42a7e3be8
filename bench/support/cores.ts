/** Which core is whose while something is measured. */
export interface Cores extends AsyncDisposable {
  /** Whether the server has one for itself; false where that can't be had. */
  pinned: boolean;
}

/**
 * Gives a server, with whatever is to share it, a core for itself, and the load
 * (this process and others) the rest of them; this process has all of them again when it is disposed. Takes
 * `taskset` and two cores.
 */
export async function shareCores(
  server: readonly number[],
  load: readonly number[],
): Promise<Cores> {
  const own = await coresOf(Deno.pid);
  const [first, ...rest] = own;
  if (rest.length === 0) {
    return { pinned: false, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  for (const pid of server) await pin(pid, [first!]);
  for (const pid of [Deno.pid, ...load]) await pin(pid, rest);
  return {
    pinned: true,
    [Symbol.asyncDispose]: () => pin(Deno.pid, own),
  };
}

/** The cores that a process may use; none where that is not known. */
async function coresOf(pid: number): Promise<number[]> {
  if (Deno.build.os !== "linux") return [];
  try {
    const said = await taskset("-cp", String(pid));
    return said.split(":").at(-1)!.trim().split(",").flatMap((range) => {
      const [from, to = from] = range.split("-").map(Number);
      return Array.from(
        { length: to! - from! + 1 },
        (_, at) => from! + at,
      );
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** All threads of the process: those of V8 and of the database count, too. */
async function pin(pid: number, cores: readonly number[]): Promise<void> {
  await taskset("-acp", cores.join(","), String(pid));
}

/** @throws {Error} where it does not do what it is asked for. */
async function taskset(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("taskset", {
    args,
  }).output();
  const text = new TextDecoder();
  if (success) return text.decode(stdout);
  throw new Error(
    `'taskset ${args.join(" ")}' failed: ${text.decode(stderr).trim()}`,
  );
}
