import type { ConversationEvent } from "../engine/observer.ts";
import { EMPTY_TRANSCRIPT } from "../realtime/transcript.ts";
import type { Turn } from "../realtime/turns.ts";
import type { ConversationHeader, TurnChange } from "./conversation_store.ts";
import { headerAfter } from "./header.ts";
import { transcriptAfter } from "./observed_transcript.ts";
import { type PlacedTurn, placeTurns } from "./placed_turns.ts";
import type { WriteBehind } from "./write_behind.ts";

/** Follows one conversation, and has kept what is worth it. */
export class Recording {
  readonly #titleOf: (agent: string) => string;
  readonly #writes: WriteBehind;
  #header: ConversationHeader;
  #transcript = EMPTY_TRANSCRIPT;
  #placed: readonly PlacedTurn[] = [];
  /** The turns as they were last handed on, by rank. */
  readonly #handedOn = new Map<string, PlacedTurn>();

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
    for (const turn of placed) this.#handedOn.set(turn.rank.join(), turn);
    this.#transcript = {
      ...EMPTY_TRANSCRIPT,
      turns: placed.map(({ turn }) => turn),
    };
  }

  get turns(): readonly Turn[] {
    return this.#transcript.turns;
  }

  /** @param at Milliseconds since 1970. */
  observe(event: ConversationEvent, at: number): void {
    const { turns } = this.#transcript;
    this.#transcript = transcriptAfter(
      this.#transcript,
      event,
      at,
      this.#titleOf,
    );
    if (this.#transcript.turns !== turns) {
      this.#placed = placeTurns(this.#placed, this.#transcript.turns);
    }
    const header = headerAfter(
      this.#header,
      event,
      at,
      this.#transcript.turns,
    );
    const ended = event.type === "ended";
    const changes = this.#transcript.turns !== turns || ended
      ? this.#changes(ended)
      : [];
    if (header === this.#header && changes.length === 0) return;
    this.#header = header;
    this.#writes.put(header, changes);
  }

  /** What differs from what was handed on; words that still form only at the end. */
  #changes(ended: boolean): TurnChange[] {
    const changes: TurnChange[] = [];
    const gone = new Map(this.#handedOn);
    for (const placed of this.#placed) {
      const key = placed.rank.join();
      const before = gone.get(key)?.turn;
      gone.delete(key);
      if (before === placed.turn || !ended && isForming(before, placed.turn)) {
        continue;
      }
      this.#handedOn.set(key, placed);
      changes.push(placed);
    }
    for (const [key, { rank }] of gone) {
      this.#handedOn.delete(key);
      changes.push({ rank, turn: undefined });
    }
    return changes;
  }
}

/** Whether all that is new of a turn are words that may still change. */
function isForming(before: Turn | undefined, turn: Turn): boolean {
  return before?.kind === "message" && turn.kind === "message" &&
    before.status === "forming" && turn.status === "forming";
}
