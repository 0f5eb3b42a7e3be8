import { parseEnv } from "node:util";

/** The process's environment over what a `.env` file in this folder says. */
export function readEnvironment(
  file = ".env",
): Record<string, string | undefined> {
  let fromFile: Record<string, string | undefined> = {};
  try {
    fromFile = parseEnv(Deno.readTextFileSync(file));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const fromProcess = Object.entries(Deno.env.toObject())
    // An empty value counts as unset, so it does not hide the file's.
    .filter(([, value]) => value.trim() !== "");
  return { ...fromFile, ...Object.fromEntries(fromProcess) };
}
