import { EventQueue } from "./event_queue.ts";
import type { RealtimeClientEvent, RealtimeServerEvent } from "./events.ts";
import type { ModelLink } from "./link.ts";

/** The most of what the person says meanwhile that waits for the next link. */
const MAX_WAITING = 50;

/**
 * A link that outlives the calls it leads to: when one ends, another takes its
 * place, and whoever holds this link goes on with it.
 */
export class RenewableLink implements ModelLink {
  readonly events = new EventQueue<RealtimeServerEvent>();
  readonly seesResponses: boolean;
  readonly #ended: () => void;
  #link: ModelLink | undefined;
  /** What the person has said while there was no link. */
  #waiting: RealtimeClientEvent[] = [];

  /** @param ended Called when the link in use ends by itself. */
  constructor(seesResponses: boolean, ended: () => void) {
    this.seesResponses = seesResponses;
    this.#ended = ended;
  }

  /** Whether there is a link at this moment. */
  get stands(): boolean {
    return this.#link !== undefined;
  }

  /** Passes on what the model has said where nobody heard it. */
  missed(events: readonly RealtimeServerEvent[]): void {
    for (const event of events) this.events.push(event);
  }

  /**
   * Leads to this link from now on; the one before says no more.
   *
   * @returns Whether something that the person said was waiting for it.
   */
  use(link: ModelLink): boolean {
    this.#link = link;
    void this.#pump(link);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) link.send(event);
    return waiting.length > 0;
  }

  /**
   * Sends over the link in use. Where there is none only the person's words are
   * kept: all else is asked for, or told, anew on the next one.
   */
  send(event: RealtimeClientEvent): void {
    if (this.#link !== undefined) this.#link.send(event);
    else if (isSaid(event) && this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(event);
    }
  }

  close(reason?: string): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    this.events.end();
    return link?.close(reason) ?? Promise.resolve();
  }

  async #pump(link: ModelLink): Promise<void> {
    try {
      for await (const event of link.events) {
        if (link !== this.#link) return;
        this.events.push(event);
      }
    } catch {
      // A link that breaks has ended; its transport has told the log why.
    }
    if (link !== this.#link) return;
    this.#link = undefined;
    this.#ended();
  }
}

function isSaid(event: RealtimeClientEvent): boolean {
  return event.type === "conversation.item.create" &&
    event.item.type === "message" && event.item.role === "user";
}
