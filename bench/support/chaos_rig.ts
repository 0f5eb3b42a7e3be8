import {
  freePort,
  type RunningParley,
  startParley,
} from "../../tests/support/app.ts";
import { copyProject } from "../../tests/support/project_copy.ts";
import { type PeerProcess, startPeer } from "./peer_process.ts";

/** The tools write down each run, by tool and call, where a server may write. */
const RUNS = "data/runs.txt";

/** Servers of one database that may die at any moment, and a provider that outlives them. */
export interface ChaosRig extends AsyncDisposable {
  peer: PeerProcess;
  /** Where the servers listen, whether they live or not. */
  urls: readonly string[];
  /** Ends a server as a crash does, and starts it again. */
  restart(number: number): Promise<void>;
  /** How often each call was run, by `TOOL CALL`. */
  runs(): Promise<Map<string, number>>;
  /** What the servers have logged as errors. */
  faults(): string[];
}

/** @param places Conversations that there may be at once. */
export async function startChaosRig(
  servers: number,
  places: number,
): Promise<ChaosRig> {
  await using stack = new AsyncDisposableStack();
  const peer = stack.use(await startPeer());
  const project = stack.use(await copyProject());
  for (const name of ["note", "look_up"]) {
    await project.write(`lib/tools/${name}.ts`, toolText(name));
  }
  await project.write("lib/agents/weather.ts", AGENT);
  const logs: (() => string)[] = [];
  const start = async (port: number): Promise<RunningParley> => {
    const parley = await startParley({
      root: project.root,
      port,
      env: {
        REALTIME_PROVIDER: "openai",
        OPENAI_API_KEY: "sk-test",
        OPENAI_BASE_URL: `${peer.origin}/v1`,
        MAX_SESSIONS: String(places),
        SESSIONS_PER_MINUTE: "1000000",
        // The folder `data` of the copy, which is the one that tools may write.
        KV_PATH: "",
      },
    });
    logs.push(parley.logs);
    return parley;
  };
  const ports = Array.from({ length: servers }, freePort);
  const running: RunningParley[] = [];
  stack.defer(async () => {
    for (const parley of running) await parley[Symbol.asyncDispose]();
  });
  for (const port of ports) running.push(await start(port));
  const all = stack.move();
  return {
    peer,
    urls: running.map(({ url }) => url),
    async restart(number) {
      const parley = running[number]!;
      await parley.kill();
      running[number] = await start(ports[number]!);
      await parley[Symbol.asyncDispose]();
    },
    async runs() {
      const runs = new Map<string, number>();
      const text = await Deno.readTextFile(new URL(RUNS, project.root));
      for (const line of text.trim().split("\n")) {
        runs.set(line, (runs.get(line) ?? 0) + 1);
      }
      return runs;
    },
    faults: () =>
      logs.flatMap((log) => log().split("\n"))
        .filter((line) => line.includes('"level":"error"')),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const AGENT = `import { defineAgent } from "parley";

export default defineAgent({
  title: "Clerk",
  instructions: "You take notes.",
  greeting: "Hello.",
  voice: "marin",
  tools: ["note", "look_up"],
});
`;

/** A tool that takes 50 ms to 1 s; one that looks something up may do so twice. */
function toolText(name: string): string {
  return `import { delay } from "../clock.ts";
import { defineTool } from "parley";
import { z } from "zod";

export default defineTool({
  description: "Does it and says so",
  parameters: z.object({ words: z.string() }),
  idempotent: ${name === "look_up"},
  execute: async ({ words }, { callId }) => {
    Deno.writeTextFileSync("${RUNS}", \`${name} \${callId}\\n\`, { append: true });
    await delay(50 + Math.random() * 950);
    return words;
  },
});
`;
}
