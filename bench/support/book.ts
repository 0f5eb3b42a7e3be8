import type { RealtimeServerEvent } from "../../lib/realtime/events.ts";

/** What a scripted peer has counted, as `GET /book` gives it. */
export interface Figures {
  /** The sessions going on, each with how many sockets are on it. */
  open: Record<string, number>;
  /** Items that have come into conversations. */
  items: number;
  responses: number;
  /** Errors that were sent, by code. */
  errors: Record<string, number>;
  /**
   * Outputs that came, by the `call_id` of every call the model has made. One
   * that is put in again under its id, in another session too, is the same one.
   */
  outputs: Record<string, number>;
  /**
   * How long the first output of a call took, in ms, by its `call_id`: from
   * `response.function_call_arguments.done` handed to its socket until the frame
   * with the output came from one. What the peer does before and after that is
   * the peer's own.
   */
  outputMs: Record<string, number>;
}

/** Counts what happens in all sessions of a scripted peer; outlives them. */
export class Book {
  #items = 0;
  #responses = 0;
  readonly #errors = new Map<string, number>();
  /** The ids of outputs, by the call's. */
  readonly #outputs = new Map<string, Set<string>>();
  /** When calls were told of, by their ids. */
  readonly #calledAt = new Map<string, number>();
  readonly #outputMs = new Map<string, number>();
  /** When the frame came that is being carried out. */
  #cameAt = 0;

  /** A frame has come, and is carried out next. */
  frameCame(): void {
    this.#cameAt = performance.now();
  }

  /** Takes an event that is handed to its sockets next. */
  observe(event: RealtimeServerEvent): void {
    switch (event.type) {
      case "response.created":
        this.#responses++;
        break;
      case "error":
        this.#refused(event.error.code ?? event.error.type);
        break;
      case "response.function_call_arguments.done":
        this.#calledAt.set(event.call_id, performance.now());
        break;
      case "conversation.item.added": {
        const { item } = event;
        this.#items++;
        if (item.type === "function_call") this.#outputsOf(item.call_id!);
        if (item.type === "function_call_output") {
          this.#outputsOf(item.call_id).add(item.id!);
          this.#took(item.call_id);
        }
      }
    }
  }

  figures(): Omit<Figures, "open"> {
    return {
      items: this.#items,
      responses: this.#responses,
      errors: Object.fromEntries(this.#errors),
      outputs: Object.fromEntries(
        this.#outputs.entries().map(([callId, { size }]) => [callId, size]),
      ),
      outputMs: Object.fromEntries(this.#outputMs),
    };
  }

  #took(callId: string): void {
    const calledAt = this.#calledAt.get(callId);
    if (calledAt === undefined) return;
    this.#calledAt.delete(callId);
    this.#outputMs.set(callId, this.#cameAt - calledAt);
  }

  #refused(code: string): void {
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }

  #outputsOf(callId: string): Set<string> {
    const known = this.#outputs.get(callId) ?? new Set();
    this.#outputs.set(callId, known);
    return known;
  }
}
