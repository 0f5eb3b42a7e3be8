import type { TurnChange } from "./conversation_store.ts";
import type { PlacedTurn } from "./placed_turns.ts";
import type { Rank } from "./rank.ts";
import { MAX_BYTES, MAX_PIECES, piecesOf, turnOf } from "./turn_pieces.ts";

/** Keys that one transaction deletes: it takes 1,000 mutations. */
const MAX_DELETIONS = 900;

/** Turns that one transaction writes; to remove one takes {@link MAX_PIECES}. */
const MAX_BATCH = 80;

/** How often a conversation is read that is written at the same moment. */
const MAX_READS = 10;

/** A turn as it is written: removed where it has no pieces. */
interface Written {
  rank: Rank;
  pieces: readonly Uint8Array[];
}

/** The value at a turn's own key: its first piece. */
interface Head {
  /** How many there are of it. */
  pieces: number;
  first: Uint8Array;
}

/**
 * The turns of conversations in Deno KV, each at `["turn", id, ...rank]`, so that
 * they are listed in their order. The rest of a long one is in pieces at
 * `[…, "piece", number]`, written in one transaction with its head: a piece of
 * another version is one that a longer turn has left behind.
 */
export class KvTurns {
  readonly #kv: Deno.Kv;

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  /** Changes in portions that a transaction takes; one at least. */
  *batches(changes: readonly TurnChange[]): Iterable<Written[]> {
    let batch: Written[] = [];
    let bytes = 0;
    for (const { rank, turn } of changes) {
      const pieces = turn === undefined ? [] : piecesOf(turn);
      const more = pieces.reduce((sum, { length }) => sum + length, 0);
      if (bytes + more > MAX_BYTES || batch.length === MAX_BATCH) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push({ rank, pieces });
      bytes += more;
    }
    yield batch;
  }

  /** Puts a portion into a transaction. */
  write(
    atomic: Deno.AtomicOperation,
    id: string,
    batch: readonly Written[],
  ): void {
    for (const { rank, pieces: [first, ...rest] } of batch) {
      const key = turnKey(id, rank);
      if (first === undefined) {
        atomic.delete(key);
        for (let at = 1; at < MAX_PIECES; at++) {
          atomic.delete(pieceKey(key, at));
        }
      } else {
        const head: Head = { pieces: rest.length + 1, first };
        atomic.set(key, head);
        for (const [at, piece] of rest.entries()) {
          atomic.set(pieceKey(key, at + 1), piece);
        }
      }
    }
  }

  /** All turns of a conversation, in order. */
  async read(id: string): Promise<PlacedTurn[]> {
    for (let time = 0; time < MAX_READS; time++) {
      const turns = await this.#readOnce(id);
      if (turns !== undefined) return turns;
    }
    throw new Error(
      `The conversation '${id}' is written faster than it can be read`,
    );
  }

  /** Deletes all turns: the last of them in this transaction, the rest before it. */
  async remove(atomic: Deno.AtomicOperation, id: string): Promise<void> {
    const keys: Deno.KvKey[] = [];
    for await (const { key } of this.#kv.list({ prefix: ["turn", id] })) {
      keys.push(key);
    }
    while (keys.length > MAX_DELETIONS) {
      const before = this.#kv.atomic();
      for (const key of keys.splice(0, MAX_DELETIONS)) before.delete(key);
      await before.commit();
    }
    for (const key of keys) atomic.delete(key);
  }

  /** Undefined where a turn has been written while it was read. */
  async #readOnce(id: string): Promise<PlacedTurn[] | undefined> {
    const read: {
      rank: Rank;
      version: string;
      wanted: number;
      pieces: Uint8Array[];
    }[] = [];
    const entries = this.#kv.list<Head | Uint8Array>({ prefix: ["turn", id] });
    for await (const { key, value, versionstamp } of entries) {
      const turn = read.at(-1);
      if (!(value instanceof Uint8Array)) {
        read.push({
          rank: key.slice(2) as [number, ...number[]],
          version: versionstamp,
          wanted: value.pieces,
          pieces: [value.first],
        });
      } else if (turn?.version === versionstamp) turn.pieces.push(value);
    }
    return read.every(({ wanted, pieces }) => pieces.length === wanted)
      ? read.map(({ rank, pieces }) => ({ rank, turn: turnOf(pieces) }))
      : undefined;
  }
}

function turnKey(id: string, rank: Rank): Deno.KvKey {
  return ["turn", id, ...rank];
}

function pieceKey(turn: Deno.KvKey, at: number): Deno.KvKey {
  return [...turn, "piece", at];
}
