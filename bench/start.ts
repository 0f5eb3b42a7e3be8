/** Milliseconds of each start, from the command on. */
export interface StartTimes {
  /** Until `/api/status` answered. */
  first: number[];
  /** From then until the chat page was there. */
  page: number[];
}

/** Asking again this often, in ms, until the server answers. */
const POLL_MS = 10;
const GIVE_UP_MS = 60_000;

/** Runs `deno task start` this many times, as its users do, on a warm cache. */
export async function measureStart(times: number): Promise<StartTimes> {
  const result: StartTimes = { first: [], page: [] };
  // The first one fills the cache and builds.
  await startOnce();
  for (let time = 0; time < times; time++) {
    const { first, page } = await startOnce();
    result.first.push(first);
    result.page.push(page);
  }
  return result;
}

async function startOnce(): Promise<{ first: number; page: number }> {
  const port = freePort();
  const folder = await Deno.makeTempDir({ prefix: "parley-bench-" });
  const url = `http://127.0.0.1:${port}`;
  const begun = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "start"],
    env: {
      PORT: String(port),
      REALTIME_PROVIDER: "local",
      HOST: "127.0.0.1",
      KV_PATH: `${folder}/parley.sqlite3`,
    },
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  try {
    await answered(`${url}/api/status`, begun + GIVE_UP_MS);
    const first = performance.now() - begun;
    await (await fetch(`${url}/start-chat`)).text();
    return { first, page: performance.now() - begun - first };
  } finally {
    // Its whole group: the task, and the server that it started.
    Deno.kill(-child.pid, "SIGTERM");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}

async function answered(url: string, deadline: number): Promise<void> {
  while (true) {
    try {
      await (await fetch(url)).text();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
