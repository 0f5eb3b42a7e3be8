import type { Log } from "../engine/tool.ts";
import type { ConversationStore } from "./conversation_store.ts";
import { FileCallNotes } from "./file_call_notes.ts";
import { type Beside, KvLiveSessions } from "./kv_live_sessions.ts";
import { KvStore } from "./kv_store.ts";
import type { LiveSessions } from "./live_sessions.ts";
import {
  DATA_FOLDER,
  DEFAULT_KV_PATH,
  isKvUrl,
  notesFolder,
} from "./location.ts";
import { MemoryLiveSessions } from "./memory_live_sessions.ts";
import { MemoryStore } from "./memory_store.ts";
import { ServerLocks } from "./server_locks.ts";

/** What is kept, on one database. */
export interface Stores {
  /** Closes the database, too. */
  conversations: ConversationStore;
  live: LiveSessions;
}

/**
 * Opens the stores: Deno KV, or memory where that can't be had, and then the log
 * says why.
 *
 * @param kvPath A file, a KV Connect URL, or undefined for the platform's own.
 * @param deno Has no `openKv` where it runs without `--unstable-kv`.
 */
export async function openStores(
  kvPath: string | undefined,
  log: Log,
  { openKv }: Partial<Pick<typeof Deno, "openKv">> = Deno,
): Promise<Stores> {
  const inMemory = (wayOut: string, error?: string) => {
    log.warn(
      `Past conversations are kept in memory, and gone when the server stops: ${wayOut}`,
      { kvPath, error },
    );
    return {
      conversations: new MemoryStore(),
      live: new MemoryLiveSessions(),
    };
  };
  if (openKv === undefined) {
    return inMemory("run Deno with --unstable-kv to keep them");
  }
  try {
    if (kvPath === DEFAULT_KV_PATH) {
      await Deno.mkdir(DATA_FOLDER, { recursive: true });
    }
    const kv = await openKv(kvPath);
    return {
      conversations: new KvStore(kv),
      live: new KvLiveSessions(kv, await openBeside(kvPath, log)),
    };
  } catch (error) {
    return inMemory(
      "set KV_PATH to a file that the server may write, in a folder that there is, or to a KV Connect URL",
      String(error),
    );
  }
}

/**
 * What is kept in files beside the database's; nothing where it has none, and
 * where they can't be written, and then the log says why.
 */
async function openBeside(
  kvPath: string | undefined,
  log: Log,
): Promise<Beside> {
  if (kvPath === undefined || kvPath === ":memory:" || isKvUrl(kvPath)) {
    return {};
  }
  const folder = notesFolder(kvPath);
  try {
    await Deno.mkdir(folder, { recursive: true });
    const beside = {
      calls: new FileCallNotes(folder),
      locks: new ServerLocks(folder),
    };
    await beside.calls.sweep();
    await beside.locks.sweep();
    return beside;
  } catch (error) {
    log.warn(
      "Tool calls are noted in the database, and wait for it: let the server write the folder beside it",
      { folder, error: String(error) },
    );
    return {};
  }
}
