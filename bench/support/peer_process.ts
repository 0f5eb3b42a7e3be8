import type { Figures } from "./book.ts";

const PROGRAM = new URL("./scripted_peer.ts", import.meta.url);

/** A scripted peer in a process of its own, which ends when this is disposed. */
export interface PeerProcess extends AsyncDisposable {
  /** Such as `http://127.0.0.1:1234`; the API's base is `/v1` on it. */
  origin: string;
  pid: number;
  /** What it has counted so far. */
  figures(): Promise<Figures>;
}

/**
 * Starts a scripted peer on a free port.
 *
 * @param delayMs How long every request to the provider waits for its answer.
 * @throws {Error} where it ends instead.
 */
export async function startPeer(delayMs = 0): Promise<PeerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PROGRAM.href, `--delay=${delayMs}`],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let said = "";
  for await (
    const text of child.stdout.pipeThrough(new TextDecoderStream())
  ) {
    said += text;
    if (said.includes("\n")) break;
  }
  const origin = /http:\S+/.exec(said)?.[0];
  if (origin === undefined) throw new Error("The scripted peer did not start");
  return {
    origin,
    pid: child.pid,
    figures: async () => await (await fetch(`${origin}/book`)).json(),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}
