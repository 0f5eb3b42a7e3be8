/**
 * Waits for esbuild's process. The bundler stops it after each build, but nobody
 * can wait there until it is gone, and Deno's sanitizers would hold its late end
 * against whichever test runs at that moment.
 */
import childProcess from "node:child_process";

const exits = new Set<Promise<void>>();

const { spawn } = childProcess;
childProcess.spawn = ((...args: Parameters<typeof spawn>) => {
  const child = spawn(...args);
  const exit = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  }).finally(() => exits.delete(exit));
  exits.add(exit);
  return child;
}) as typeof spawn;

/** Resolves when every esbuild process that was started so far is gone. */
export async function esbuildGone(): Promise<void> {
  // Esbuild's process does not keep the event loop alive, so this does.
  const alive = setInterval(() => {}, 1_000);
  await Promise.all(exits);
  clearInterval(alive);
}
