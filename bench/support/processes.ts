/** What `/proc/net/tcp` calls a socket that listens. */
const LISTEN = "0A";

/**
 * The process that listens on a port of this machine; it may be a child of the
 * one that was started.
 *
 * @throws {Error} where there is none, or it belongs to somebody else.
 */
export async function listenerOn(port: number): Promise<number> {
  const pid = Deno.build.os === "linux"
    ? await holderOf(await socketOn(port))
    : Number(await output("lsof", `-tiTCP:${port}`, "-sTCP:LISTEN"));
  if (!pid) throw new Error(`No process of this user listens on port ${port}`);
  return pid;
}

/** The memory that a process has resident, in MB (1,000,000 bytes). */
export async function residentMemory(pid: number): Promise<number> {
  const kibibytes = Deno.build.os === "linux"
    ? /^VmRSS:\s*(\d+) kB$/m.exec(
      await Deno.readTextFile(`/proc/${pid}/status`),
    )?.[1]
    : await output("ps", "-o", "rss=", "-p", String(pid));
  return Number(kibibytes) * 1024 / 1e6;
}

/** So many ticks of `/proc/PID/stat` are a second on all common Linuxes. */
const TICKS = 100;

/** The time that a process has had on any core so far, in s. */
export async function cpuSeconds(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") {
    const time = await output("ps", "-o", "cputime=", "-p", String(pid));
    return time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  }
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The name before it may have spaces in it (proc(5): utime is field 14).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** The inode of the socket that listens on a port, IPv4. */
async function socketOn(port: number): Promise<string | undefined> {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const [, ...lines] = (await Deno.readTextFile("/proc/net/tcp")).split("\n");
  return lines.map((line) => line.trim().split(/\s+/))
    .find(([, local = "", , state]) =>
      local.endsWith(ending) && state === LISTEN
    )?.[9];
}

/** The process that has this socket open. */
async function holderOf(
  inode: string | undefined,
): Promise<number | undefined> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (/^\d+$/.test(name) && await holds(name, `socket:[${inode}]`)) {
      return Number(name);
    }
  }
}

async function holds(pid: string, target: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (await linkAt(`${folder}/${name}`) === target) return true;
    }
  } catch {
    // It has ended meanwhile, or is somebody else's.
  }
  return false;
}

/** Where a link leads; undefined for a file that was closed meanwhile. */
async function linkAt(path: string): Promise<string | undefined> {
  try {
    return await Deno.readLink(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function output(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args }).output();
  return new TextDecoder().decode(stdout).trim();
}
