import { computed, type ReadonlySignal, signal } from "@preact/signals";

/** Where an event comes from, or goes to, seen from the browser. */
export type Direction = "in" | "out";

/** An event of either wire. */
type LoggedEvent = { type: string; [name: string]: unknown } | {
  readonly type: string;
};

/** One line of the log: an event, or a run of deltas of the same item. */
export interface LogEntry {
  id: number;
  direction: Direction;
  /** An event of the model's wire, or a frame of `/session`. */
  wire: "model" | "session";
  type: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The event itself; of folded deltas, the latest. */
  body: object;
  /** How many events are folded into it. */
  count: number;
}

/** The most entries that are kept. */
const MOST = 500;
/** So far back a delta looks for one that it can be folded into. */
const FOLD_BACK = 12;

/** All that goes between page, server and model, for who wants to see it. */
export class EventLog {
  /** What an entry must have in its name or body to be shown; in small letters. */
  readonly filter = signal("");
  readonly paused = signal(false);
  /** The entries to show, the latest last. */
  readonly shown: ReadonlySignal<readonly LogEntry[]>;
  readonly #entries = signal<readonly LogEntry[]>([]);
  /** What was there when the log was paused. */
  readonly #held = signal<readonly LogEntry[]>([]);
  #count = 0;
  #startedAt = 0;

  constructor() {
    this.shown = computed(() => {
      const entries = this.paused.value
        ? this.#held.value
        : this.#entries.value;
      const wanted = this.filter.value.trim().toLowerCase();
      return wanted === ""
        ? entries
        : entries.filter(({ type, body }) =>
          type.toLowerCase().includes(wanted) ||
          JSON.stringify(body).toLowerCase().includes(wanted)
        );
    });
  }

  /** When the first event came, in milliseconds since 1970; 0 before. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** Notes an event; secrets and sound are left out of its body. */
  add(
    direction: Direction,
    wire: LogEntry["wire"],
    event: LoggedEvent,
    at: number,
  ): void {
    this.#startedAt ||= at;
    const { type, ...rest } = event;
    const body = withoutSecrets(rest);
    const entries = this.#entries.peek();
    const fold = type.endsWith(".delta")
      ? entries.findLastIndex((entry, place) =>
        place >= entries.length - FOLD_BACK && entry.type === type &&
        itemOf(entry.body) === itemOf(body)
      )
      : -1;
    if (fold >= 0) {
      const entry = entries[fold]!;
      this.#entries.value = entries.with(fold, {
        ...entry,
        body,
        count: entry.count + 1,
      });
      return;
    }
    this.#entries.value = [...entries.slice(1 - MOST), {
      id: ++this.#count,
      direction,
      wire,
      type,
      at,
      body,
      count: 1,
    }];
  }

  /** Holds what is shown still, or lets it go on. */
  togglePause(): void {
    this.#held.value = this.#entries.peek();
    this.paused.value = !this.paused.peek();
  }

  clear(): void {
    this.#startedAt = 0;
    this.#entries.value = [];
    this.#held.value = [];
  }
}

function itemOf(body: object): unknown {
  return (body as { item_id?: unknown }).item_id;
}

function withoutSecrets(body: object): object {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value !== "string"
        ? value
        : /secret$|token$|^resume$/i.test(name)
        ? "…"
        // Sound is base64 without an end.
        : name === "delta" && value.length > 2_000
        ? `(${value.length} characters)`
        : value,
    ]),
  );
}
