import { parseEnv } from "node:util";

/**
 * The process's environment over what a `.env` file in this folder says.
 *
 * `OAI_CONFIG_LIST` comes as JSON text, as AG2 reads it: the variable holds it,
 * or names a file that does; where it is not set, the file of that name does.
 */
export function readEnvironment(
  file = ".env",
  listFile = "OAI_CONFIG_LIST",
): Record<string, string | undefined> {
  const fromProcess = Object.entries(Deno.env.toObject())
    // An empty value counts as unset, so it does not hide the file's.
    .filter(([, value]) => value.trim() !== "");
  const environment: Record<string, string | undefined> = {
    ...parseEnv(readIfThere(file) ?? ""),
    ...Object.fromEntries(fromProcess),
  };
  const list = environment.OAI_CONFIG_LIST?.trim() || listFile;
  // What names no file stays as it is: whoever reads the settings says so.
  const isJson = /^[[{]/.test(list);
  const text = isJson ? list : readIfThere(list);
  if (text !== undefined) environment.OAI_CONFIG_LIST = text;
  return environment;
}

/** A file's text; undefined where there is no such file. */
function readIfThere(file: string): string | undefined {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
