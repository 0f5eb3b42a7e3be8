import {
  type Conversation,
  type ConversationHeader,
  type ConversationPage,
  type ConversationStore,
  isOvertaken,
  type KeptConversation,
  PAGE_SIZE,
  type TurnChange,
} from "./conversation_store.ts";
import type { Position } from "./cursor.ts";
import { KvTurns } from "./kv_turns.ts";
import { Latest } from "./latest.ts";

/** The most keys that {@link Deno.Kv.getMany} takes. */
const MANY = 10;

/** A longer id is nobody's, and too long for a key. */
const MAX_ID_CHARACTERS = 100;

/**
 * Conversations in Deno KV.
 *
 * | key                                           | value                  |
 * | --------------------------------------------- | ---------------------- |
 * | `["conversation", id]`                        | the header             |
 * | `["conversation by start", startedAt, id]`    | nothing: an index      |
 * | `["turn", id, ...rank]`, with pieces below it | see {@link KvTurns}    |
 */
export class KvStore implements ConversationStore {
  readonly #kv: Deno.Kv;
  readonly #turns: KvTurns;
  /**
   * The headers' versions as this process has written them: as long as nobody
   * else writes, nothing has to be read before the next write.
   */
  readonly #versions = new Latest<string>();

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
    this.#turns = new KvTurns(kv);
  }

  async begin(header: ConversationHeader): Promise<void> {
    await this.delete(header.id);
    const { versionstamp } = await this.#kv.atomic()
      .set(headerKey(header.id), header)
      .set(startKey(header), null)
      .commit() as Deno.KvCommitResult;
    this.#versions.set(header.id, versionstamp);
  }

  async update(
    header: ConversationHeader,
    changes: readonly TurnChange[],
  ): Promise<boolean> {
    const key = headerKey(header.id);
    let version = this.#versions.get(header.id);
    for (const batch of this.#turns.batches(changes)) {
      let kept = false;
      while (!kept) {
        if (version === undefined) {
          const known = await this.#header(header.id);
          if (known.value === null || isOvertaken(header, known.value)) {
            return false;
          }
          version = known.versionstamp;
        }
        const atomic = this.#kv.atomic()
          .check({ key, versionstamp: version })
          .set(key, header);
        this.#turns.write(atomic, header.id, batch);
        const result = await atomic.commit();
        kept = result.ok;
        // Where somebody else has written or deleted it meanwhile: once more.
        version = result.ok ? result.versionstamp : undefined;
      }
    }
    if (version === undefined || header.endedAt !== undefined) {
      this.#versions.delete(header.id);
    } else this.#versions.set(header.id, version);
    return true;
  }

  async list(
    before?: Position,
    limit: number = PAGE_SIZE,
  ): Promise<ConversationPage> {
    const entries = this.#kv.list({
      prefix: [BY_START],
      ...(before && { end: startKey(before) }),
    }, { reverse: true, limit: limit + 1 });
    const found: Position[] = [];
    for await (const { key: [, startedAt, id] } of entries) {
      found.push({ startedAt: startedAt as number, id: id as string });
    }
    const shown = found.slice(0, limit);
    return {
      conversations: await this.#headers(shown.map(({ id }) => id)),
      next: found.length > limit ? shown.at(-1) : undefined,
    };
  }

  async get(id: string): Promise<Conversation | undefined> {
    const header = await this.#header(id);
    return header.value === null ? undefined : {
      ...header.value,
      turns: (await this.#turns.read(id)).map(({ turn }) => turn),
    };
  }

  async takeUp(id: string): Promise<KeptConversation | undefined> {
    const { value: header } = await this.#header(id);
    return header === null
      ? undefined
      : { header, turns: await this.#turns.read(id) };
  }

  async delete(id: string): Promise<boolean> {
    while (true) {
      const header = await this.#header(id);
      if (header.value === null) return false;
      const last = this.#kv.atomic().check(header)
        .delete(header.key).delete(startKey(header.value));
      // The header goes last: what fails before can be done again.
      await this.#turns.remove(last, id);
      if ((await last.commit()).ok) return true;
    }
  }

  close(): void {
    this.#kv.close();
  }

  async #header(id: string): Promise<Deno.KvEntryMaybe<ConversationHeader>> {
    const key = headerKey(id);
    return id.length > MAX_ID_CHARACTERS
      ? { key, value: null, versionstamp: null }
      : await this.#kv.get<ConversationHeader>(key);
  }

  async #headers(ids: readonly string[]): Promise<ConversationHeader[]> {
    const headers: ConversationHeader[] = [];
    for (let at = 0; at < ids.length; at += MANY) {
      const entries = await this.#kv.getMany<ConversationHeader[]>(
        ids.slice(at, at + MANY).map(headerKey),
      );
      // One that has been deleted since it was listed is gone.
      headers.push(...entries.flatMap(({ value }) => value ?? []));
    }
    return headers;
  }
}

const BY_START = "conversation by start";

function headerKey(id: string): Deno.KvKey {
  return ["conversation", id];
}

function startKey({ startedAt, id }: Position): Deno.KvKey {
  return [BY_START, startedAt, id];
}
