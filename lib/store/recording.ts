import type { ConversationEvent } from "../engine/observer.ts";
import { EMPTY_TRANSCRIPT } from "../realtime/transcript.ts";
import type { Turn } from "../realtime/turns.ts";
import type { ConversationHeader, TurnChange } from "./conversation_store.ts";
import { headerAfter } from "./header.ts";
import { transcriptAfter } from "./observed_transcript.ts";
import { type PlacedTurn, placeTurns } from "./placed_turns.ts";
import type { Rank } from "./rank.ts";
import type { WriteBehind } from "./write_behind.ts";

/**
 * So many of the latest turns stay in memory: nothing becomes of those before,
 * and with many conversations at once they would fill it.
 */
const RECENT_TURNS = 20;

/** Follows one conversation, and has kept what is worth it. */
export class Recording {
  readonly #titleOf: (agent: string) => string;
  readonly #writes: WriteBehind;
  #header: ConversationHeader;
  #transcript = EMPTY_TRANSCRIPT;
  #placed: readonly PlacedTurn[] = [];
  /** How many turns were before those, and where the last of them is. */
  #older: { count: number; floor: Rank | undefined } = {
    count: 0,
    floor: undefined,
  };
  /** Where words have formed since the turn was handed on. */
  readonly #forming = new Set<Rank>();

  constructor(
    header: ConversationHeader,
    titleOf: (agent: string) => string,
    writes: WriteBehind,
    placed: readonly PlacedTurn[] = [],
  ) {
    this.#header = header;
    this.#titleOf = titleOf;
    this.#writes = writes;
    this.#placed = placed;
    this.#transcript = {
      ...EMPTY_TRANSCRIPT,
      turns: placed.map(({ turn }) => turn),
    };
  }

  /** The latest turns, in order. */
  get turns(): readonly Turn[] {
    return this.#transcript.turns;
  }

  /** Behind which rank they are; undefined where none were before them. */
  get floor(): Rank | undefined {
    return this.#older.floor;
  }

  /** @param at Milliseconds since 1970. */
  observe(event: ConversationEvent, at: number): void {
    const { turns } = this.#transcript;
    const before = this.#placed;
    this.#transcript = transcriptAfter(
      this.#transcript,
      event,
      at,
      this.#titleOf,
    );
    if (this.#transcript.turns !== turns) {
      this.#placed = placeTurns(
        before,
        this.#transcript.turns,
        this.#older.floor,
      );
    }
    const header = headerAfter(
      this.#header,
      event,
      at,
      this.#transcript.turns,
      this.#older.count,
    );
    const changes = event.type === "ended"
      ? this.#unfinished()
      : this.#changes(before);
    this.#forget();
    if (header === this.#header && changes.length === 0) return;
    this.#header = header;
    if (event.type === "usage" && changes.length === 0) {
      this.#writes.putLazily(header);
    } else this.#writes.put(header, changes);
  }

  /** Lets go of the turns that nothing becomes of any more. */
  #forget(): void {
    if (this.#placed.length <= 2 * RECENT_TURNS) return;
    const latest = this.#placed.length - RECENT_TURNS;
    const open = this.#placed.findIndex(({ turn }) => isOpen(turn));
    const count = open < 0 ? latest : Math.min(open, latest);
    if (count === 0) return;
    this.#older = {
      count: this.#older.count + count,
      floor: this.#placed[count - 1]!.rank,
    };
    this.#placed = this.#placed.slice(count);
    const turns = this.#transcript.turns.slice(count);
    this.#transcript = { ...this.#transcript, turns };
  }

  /** What has changed, but for words that still form. */
  #changes(before: readonly PlacedTurn[]): TurnChange[] {
    const after = this.#placed;
    if (after === before) return [];
    const changes: TurnChange[] = [];
    const gone = new Map(
      before.filter((placed, at) => placed !== after[at])
        .map(({ rank, turn }) => [rank, turn]),
    );
    for (const placed of after.filter((placed, at) => placed !== before[at])) {
      const { rank, turn } = placed;
      const known = gone.get(rank);
      gone.delete(rank);
      if (known === turn) continue;
      if (isForming(known, turn)) this.#forming.add(rank);
      else {
        this.#forming.delete(rank);
        changes.push(placed);
      }
    }
    for (const rank of gone.keys()) {
      this.#forming.delete(rank);
      changes.push({ rank, turn: undefined });
    }
    return changes;
  }

  /** Words that have not been handed on: no more will form. */
  #unfinished(): TurnChange[] {
    return this.#placed.filter(({ rank }) => this.#forming.has(rank));
  }
}

/** Whether something is still to become of a turn. */
function isOpen(turn: Turn): boolean {
  return turn.kind === "message"
    ? turn.status === "forming"
    : turn.kind === "tool" && turn.output === undefined;
}

/** Whether all that is new of a turn are words that may still change. */
function isForming(before: Turn | undefined, turn: Turn): boolean {
  return before?.kind === "message" && turn.kind === "message" &&
    before.status === "forming" && turn.status === "forming";
}
