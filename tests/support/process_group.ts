/** A command and the processes that it starts in turn. */
export interface ProcessGroup {
  /** What they have written to standard output and standard error. */
  logs(): string;
  /** Resolves to true once the logs hold this text; false when they end without it. */
  hasWritten(text: string): Promise<boolean>;
  /** Ends them all, and resolves when none is left. */
  end(graceMs: number): Promise<void>;
  /** Ends them all at once, as a crash does. */
  kill(): Promise<void>;
}

/** Starts Deno, the same version as this, as a process group that can be ended as a whole. */
export function startGroup(
  args: string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): ProcessGroup {
  const child = new Deno.Command(Deno.execPath(), {
    ...options,
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  let logs = "";
  let running = true;
  let wake = Promise.withResolvers<void>();
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      logs += text;
      wake.resolve();
      wake = Promise.withResolvers();
    }
  };
  // Each process holds the pipes: once these are at their end, so are all of them.
  const ended = Promise.all([
    child.status,
    read(child.stdout),
    read(child.stderr),
  ]).then(() => {
    running = false;
    wake.resolve();
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, abandon);
  });
  const kill = (signal: Deno.Signal) => {
    try {
      Deno.kill(-child.pid, signal);
    } catch (error) {
      // It has ended by itself meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  // Signals from the keyboard reach this process's group only.
  const abandon = () => {
    kill("SIGKILL");
    // The other groups are to be ended, too, before this process is.
    queueMicrotask(() => Deno.exit(1));
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, abandon);

  return {
    logs: () => logs,
    async hasWritten(text) {
      while (running && !logs.includes(text)) await wake.promise;
      return logs.includes(text);
    },
    async end(graceMs) {
      if (running) kill("SIGTERM");
      const timer = setTimeout(() => kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      if (running) kill("SIGKILL");
      await ended;
    },
  };
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
