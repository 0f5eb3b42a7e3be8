import { startParley } from "../../tests/support/app.ts";
import { copyProject } from "../../tests/support/project_copy.ts";
import { shareCores } from "./cores.ts";
import { type Echo, startEcho } from "./echo.ts";
import { lagsIn } from "./lag_lines.ts";
import { type PeerProcess, startPeer } from "./peer_process.ts";
import { listenerOn } from "./processes.ts";

const PROBE = new URL("./lag_probe.ts", import.meta.url);

/** How the task `start` ends, and with the probe in it. */
const MAIN = / main\.ts"/;

/** Parley with a tool that does nothing, on a core for itself. */
export interface PinnedRig extends AsyncDisposable {
  url: string;
  /** The process that serves. */
  pid: number;
  peer: PeerProcess;
  /** On the server's core. */
  echo: Echo;
  /** What to add to a row's way: what could not be had. */
  caveat: string;
  /** This moment, for {@link PinnedRig.lagsSince}. */
  mark(): number;
  /** How late the server's event loop has been since then, to a second, in ms. */
  lagsSince(mark: number): number[];
  /** What the server has logged as a warning or an error. */
  complaints(): string[];
}

export interface PinnedRigOptions {
  /** Conversations that there may be at once. */
  places: number;
  handshake?: "server" | "ephemeral";
}

/** As its users start it: with `deno task start`, and a database in a file. */
export async function startPinnedRig(
  { places, handshake = "server" }: PinnedRigOptions,
): Promise<PinnedRig> {
  await using stack = new AsyncDisposableStack();
  const peer = stack.use(await startPeer());
  const project = stack.use(await copyProject());
  await project.write("lib/tools/nothing.ts", TOOL);
  await project.write("lib/agents/weather.ts", AGENT);
  const settings = await Deno.readTextFile(new URL("deno.json", project.root));
  if (!MAIN.test(settings)) {
    throw new Error(
      `The task 'start' in deno.json does not end with 'main.ts': the probe finds no place`,
    );
  }
  await project.write(
    "deno.json",
    settings.replace(MAIN, ` --preload=${PROBE.href} main.ts"`),
  );
  const parley = stack.use(
    await startParley({
      root: project.root,
      env: {
        REALTIME_PROVIDER: "openai",
        REALTIME_HANDSHAKE: handshake,
        OPENAI_API_KEY: "sk-test",
        OPENAI_BASE_URL: `${peer.origin}/v1`,
        MAX_SESSIONS: String(places),
        SESSIONS_PER_MINUTE: "1000000",
      },
    }),
  );
  const pid = await listenerOn(Number(new URL(parley.url).port));
  const echo = stack.use(await startEcho(listenerOn));
  const { pinned } = stack.use(
    await shareCores([pid, echo.pid], [peer.pid]),
  );
  const all = stack.move();
  return {
    url: parley.url,
    pid,
    peer,
    echo,
    caveat: pinned ? "" : ", not pinned to a core",
    mark: () => parley.logs().length,
    lagsSince: (mark) => lagsIn(parley.logs().slice(mark)),
    complaints: () =>
      parley.logs().split("\n")
        .filter((line) => /"level":"(warn|error)"/.test(line)),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const TOOL = `import { defineTool } from "parley";
import { z } from "zod";

export default defineTool({
  description: "Does nothing",
  parameters: z.object({}),
  execute: () => "Nothing",
});
`;

const AGENT = `import { defineAgent } from "parley";

export default defineAgent({
  title: "Idler",
  instructions: "You call a tool that does nothing.",
  greeting: "Hello.",
  voice: "marin",
  tools: ["nothing"],
});
`;
