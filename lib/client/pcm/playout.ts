import { PCM_RATE } from "./format.ts";

/** How long an utterance's first sound is held back: what follows may be late by this less the margin. */
const LEAD = 0.08 * PCM_RATE;
/** Sound due sooner than this can't reach the audio thread in time. */
const MARGIN = 0.02 * PCM_RATE;
/**
 * How far ahead sound is handed to the audio thread; it asks for more when half
 * is left. So much, because a busy or hidden page may be late by a second.
 */
const HORIZON = 3 * PCM_RATE;
/** What waits beyond the horizon, 10 minutes at most: 29 MB. */
const MAX_WAITING = 600 * PCM_RATE;

/** Sound to be played, and when. */
export interface Piece {
  pcm: Int16Array;
  /** The moment of its first sample. */
  at: number;
}

/** An item whose sound begins or ends to be heard. */
export interface Change {
  type: "started" | "stopped";
  itemId: string;
}

/** An item that was not heard to its end. */
export interface Cut {
  itemId: string;
  contentIndex: number;
  /** How much of its sound was heard, in whole milliseconds; 0 for nothing. */
  playedMs: number;
}

/** The sound of one content part of an item. */
interface Part {
  itemId: string;
  contentIndex: number;
  /** When its sound is played: one run, and one more for each time it ran out. */
  runs: { at: number; length: number }[];
  /** Samples that are not yet in a run. */
  waiting: number;
  /** Whether all of its sound has come. */
  finished: boolean;
  started: boolean;
}

/**
 * Which sound is played when, as arithmetic: every moment is a count of samples
 * at 24 kHz on the clock of the audio context, so that one piece begins exactly
 * where the one before ends.
 */
export class Playout {
  /** What has not been heard to its end, in the order it is played. */
  #parts: Part[] = [];
  #chunks: { part: Part; pcm: Int16Array }[] = [];
  #waiting = 0;
  /** Where the last piece ends. */
  #end = 0;
  /** Items that were cut, of which sound may still be on its way. */
  readonly #cut = new Set<string>();

  /** Takes the next sound of an item; not that of one that was cut. */
  add(itemId: string, contentIndex: number, pcm: Int16Array): void {
    if (
      pcm.length === 0 || this.#cut.has(itemId) ||
      this.#waiting + pcm.length > MAX_WAITING
    ) return;
    let part = this.#parts.at(-1);
    if (part?.itemId !== itemId || part.contentIndex !== contentIndex) {
      part = {
        itemId,
        contentIndex,
        runs: [],
        waiting: 0,
        finished: false,
        started: false,
      };
      this.#parts.push(part);
    }
    part.waiting += pcm.length;
    this.#waiting += pcm.length;
    this.#chunks.push({ part, pcm });
  }

  /** All sound of this item has been added. */
  finish(itemId: string): void {
    for (const part of this.#parts) {
      if (part.itemId === itemId) part.finished = true;
    }
  }

  /** The next sound to hand to the audio thread, unless it has enough. */
  next(now: number): Piece | undefined {
    if (this.#end > now + HORIZON) return undefined;
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    const { part, pcm } = chunk;
    const { length } = pcm;
    // After a gap, or at the beginning, some sound is let gather first.
    const late = this.#end < now + MARGIN;
    const at = late ? Math.ceil(now + LEAD) : this.#end;
    const run = part.runs.at(-1);
    if (run !== undefined && run.at + run.length === at) run.length += length;
    else part.runs.push({ at, length });
    part.waiting -= length;
    this.#waiting -= length;
    this.#end = at + length;
    return { pcm, at };
  }

  /** The next change now that the moment `heard` reaches the ear; undefined after the last. */
  advance(heard: number): Change | undefined {
    const [part] = this.#parts;
    if (part === undefined) return undefined;
    const { itemId } = part;
    if (!part.started) {
      if ((part.runs[0]?.at ?? Infinity) > heard) return undefined;
      part.started = true;
      return { type: "started", itemId };
    }
    if (this.#endOf(part) > heard) return undefined;
    this.#parts.shift();
    return { type: "stopped", itemId };
  }

  /**
   * The moment for the next {@link Playout.next} or {@link Playout.advance};
   * undefined where nothing is due until more is added.
   *
   * @param latency How much later than played something is heard.
   */
  due(latency: number): number | undefined {
    const more = this.#waiting > 0 ? this.#end - HORIZON / 2 : Infinity;
    const [part] = this.#parts;
    const change = part === undefined
      ? Infinity
      : part.started
      ? this.#endOf(part)
      : part.runs[0]?.at ?? Infinity;
    const due = Math.min(more, change + latency);
    return due === Infinity ? undefined : due;
  }

  /**
   * Forgets all that is still to be heard, late sound of the same items included.
   * Returns the items that this cuts: the one being heard, and those after it.
   */
  cut(heard: number): Cut[] {
    const cuts = this.#parts.map((part) => ({
      itemId: part.itemId,
      contentIndex: part.contentIndex,
      playedMs: Math.floor(playedOf(part, heard) * 1_000 / PCM_RATE),
    }));
    for (const { itemId } of this.#parts) this.#cut.add(itemId);
    this.#parts = [];
    this.#chunks = [];
    this.#waiting = 0;
    this.#end = 0;
    return cuts;
  }

  /** When a part ends; Infinity while that is open. A part that ran out may go on. */
  #endOf(part: Part): number {
    const complete = part.finished || part !== this.#parts.at(-1);
    const run = part.runs.at(-1);
    if (!complete || part.waiting > 0 || run === undefined) return Infinity;
    return run.at + run.length;
  }
}

/** Samples of a part that were heard before this moment. */
function playedOf({ runs }: Part, heard: number): number {
  return runs.reduce(
    (sum, { at, length }) => sum + Math.max(0, Math.min(length, heard - at)),
    0,
  );
}
