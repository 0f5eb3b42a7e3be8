/** Where conversations are kept if `KV_PATH` says nothing, in the working directory. */
export const DEFAULT_KV_PATH = "data/parley.sqlite3";

/** The folder of {@link DEFAULT_KV_PATH}. */
export const DATA_FOLDER = "data";

/** Where tool calls are noted, beside a database in a file. */
export function notesFolder(kvPath: string): string {
  return `${kvPath}.calls`;
}

/** Whether this is the address of a database server, and no file. */
export function isKvUrl(kvPath: string): boolean {
  return /^\w+:\/\//.test(kvPath);
}
