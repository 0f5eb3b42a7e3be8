import type { Clock, Timer } from "../clock.ts";
import type {
  ConversationItem,
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { ModelLink } from "../realtime/link.ts";
import { without } from "./replay.ts";

/** The peer answers at once; without an answer the conversation goes on as it is, in ms. */
const ANSWER_MS = 3_000;

/** More calls than this are not made at once. */
const MAX_CALLS = 32;

/** How a call's conversation ends, in the model's own memory. */
export interface Tail {
  /** Calls that nobody here has heard of, in their order. */
  calls: ConversationItem[];
  /** Whether the model has been told something, and not answered yet. */
  owesAnswer: boolean;
}

/** What {@link TailReader} needs to know, and to have kept. */
export interface TailParts {
  link: ModelLink;
  clock: Clock;
  /** Fires when nobody wants to know any more. */
  signal: AbortSignal;
  /** Whether this process, or one before it, knows of an item. */
  isKnown: (itemId: string) => boolean;
  /** Items whose words were still forming when they were last heard of. */
  forming: readonly string[];
  /** Keeps items that are taken out for a moment: whoever goes on puts them back. */
  keep: (items: readonly ConversationItem[]) => Promise<void>;
}

/**
 * Finds out how the conversation of a call ends that was joined in the middle.
 *
 * The wire has no word for that. A new item is told with the one before it, which
 * can then be retrieved; calls made at once stand in a row there, and to see the
 * one before a call, that has to be taken out and put back.
 */
export class TailReader {
  /** The call's link, without what this asks and is told. */
  readonly link: ModelLink;
  readonly #parts: TailParts;
  /** What is waited for, by the id that its answer names. */
  readonly #asked = new Map<string, (event: RealtimeServerEvent) => void>();
  /** Items of this reader's own making. */
  readonly #mine = new Set<string>();
  readonly #told: RealtimeServerEvent[] = [];

  constructor(parts: TailParts) {
    this.#parts = parts;
    this.link = without(parts.link, (event) => this.#takes(event));
  }

  /**
   * @param outside Items that were taken out before and may not be back.
   * @throws where the peer does not answer as it should.
   */
  async read(outside: readonly ConversationItem[] = []): Promise<Tail> {
    for (const item of outside) await this.putBack(item);
    for (const id of this.#parts.forming) await this.#refresh(id);
    const calls: ConversationItem[] = [];
    let last = await this.#last();
    const owesAnswer = last !== undefined && isQuestion(last);
    if (last?.type === "message" && !this.#parts.isKnown(last.id!)) {
      this.#tell(last);
    }
    while (last !== undefined && this.#isNewCall(last)) {
      calls.unshift(last);
      if (calls.length === MAX_CALLS) break;
      await this.#parts.keep(calls);
      await this.#ask(last.id!, {
        type: "conversation.item.delete",
        item_id: last.id!,
      });
      last = await this.#last();
    }
    for (const item of calls) await this.putBack(item);
    if (calls.length > 0) await this.#parts.keep([]);
    return { calls, owesAnswer };
  }

  #isNewCall(item: ConversationItem): boolean {
    // One that is being made will be heard of when it is done.
    return item.type === "function_call" && item.status !== "in_progress" &&
      !this.#parts.isKnown(item.id ?? "");
  }

  /** The last item; undefined where there is none. */
  async #last(): Promise<ConversationItem | undefined> {
    const id = newId("item");
    this.#mine.add(id);
    const added = await this.#ask(id, {
      type: "conversation.item.create",
      item: {
        id,
        type: "message",
        role: "system",
        content: [{ type: "input_text", text: "…" }],
      },
    });
    await this.#ask(id, { type: "conversation.item.delete", item_id: id });
    const before = added.type === "conversation.item.added"
      ? added.previous_item_id
      : undefined;
    return before ? await this.#retrieve(before) : undefined;
  }

  async #retrieve(item_id: string): Promise<ConversationItem | undefined> {
    const event = await this.#ask(item_id, {
      type: "conversation.item.retrieve",
      item_id,
    });
    return event.type === "conversation.item.retrieved"
      ? event.item
      : undefined;
  }

  /** Tells what has become of an item meanwhile. */
  async #refresh(id: string): Promise<void> {
    const item = await this.#retrieve(id);
    if (item !== undefined) this.#tell(item);
  }

  /** What was found out, as events that the conversation has missed. */
  get missed(): readonly RealtimeServerEvent[] {
    return this.#told;
  }

  #tell(item: ConversationItem): void {
    this.#told.push({
      type: "conversation.item.done",
      event_id: newId("event"),
      item,
    });
  }

  /** Puts an item at the end; false where it is there already. */
  async putBack(item: ConversationItem): Promise<boolean> {
    this.#mine.add(item.id!);
    const event = { type: "conversation.item.create", item } as const;
    return (await this.#ask(item.id!, event)).type !== "error";
  }

  /** Sends an event; resolves with what the peer says of this item, an error included. */
  #ask(
    itemId: string,
    event: RealtimeClientEvent,
  ): Promise<RealtimeServerEvent> {
    const { link, clock, signal } = this.#parts;
    const event_id = newId("event");
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const forget = () => {
        clock.clear(timer);
        signal.removeEventListener("abort", giveUp);
        this.#asked.delete(itemId);
        this.#asked.delete(event_id);
      };
      const settle = (answer: RealtimeServerEvent) => {
        forget();
        resolve(answer);
      };
      const giveUp = () => {
        forget();
        reject(new Error(`The model's peer does not answer "${event.type}"`));
      };
      const timer: Timer = clock.after(ANSWER_MS, giveUp);
      signal.addEventListener("abort", giveUp);
      this.#asked.set(itemId, settle);
      this.#asked.set(event_id, settle);
      link.send({ ...event, event_id });
    });
  }

  /** Whether an event is for this reader alone. */
  #takes(event: RealtimeServerEvent): boolean {
    switch (event.type) {
      case "conversation.item.added":
      case "conversation.item.done":
        if (!this.#mine.has(event.item.id ?? "")) return false;
        if (event.type === "conversation.item.added") {
          this.#asked.get(event.item.id!)?.(event);
        }
        return true;
      case "conversation.item.retrieved":
        return this.#settles(event.item.id, event);
      case "conversation.item.deleted":
        return this.#settles(event.item_id, event);
      case "error":
        return this.#settles(event.error.event_id ?? undefined, event);
      default:
        return false;
    }
  }

  #settles(id: string | undefined, event: RealtimeServerEvent): boolean {
    const settle = this.#asked.get(id ?? "");
    settle?.(event);
    return settle !== undefined;
  }
}

/** Whether the model has to say something to what an item is. */
function isQuestion(item: ConversationItem): boolean {
  return item.type === "function_call_output" ||
    (item.type === "message" && item.role === "user");
}
