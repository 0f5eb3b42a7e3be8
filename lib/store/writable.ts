/**
 * Prints what the store has to write, as Deno's `--allow-write` takes it: the
 * task `start` asks before it starts the server, which so may write nothing else.
 */
import { readEnvironment } from "../environment.ts";
import { DATA_FOLDER, isKvUrl, notesFolder } from "./location.ts";

/** @param kvPath The setting `KV_PATH`; an empty value counts as unset. */
export function writable(kvPath: string | undefined): string {
  // In a list of paths there is no way to name one that has a comma in it.
  return !kvPath?.trim() || isKvUrl(kvPath) || kvPath.includes(",")
    ? DATA_FOLDER
    : `${kvPath},${notesFolder(kvPath)}`;
}

if (import.meta.main) console.log(writable(readEnvironment().KV_PATH));
