import type { ConversationItem } from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import { ClientEventError } from "./errors.ts";

/** An item that has its id. */
export type StoredItem = ConversationItem & { id: string };

/** The ordered items of one conversation, and what was heard in the audio ones. */
export class Conversation {
  readonly id = newId("conv");
  #items: StoredItem[] = [];
  #heard = new Map<string, string>();

  get items(): readonly StoredItem[] {
    return this.#items;
  }

  /**
   * Puts an item behind `previous` (at the front for `"root"`, at the end where
   * nothing is given).
   *
   * @returns The item with its id, and the id of the item before it.
   * @throws {ClientEventError} for an unknown `previous` or an id in use.
   */
  insert(
    item: ConversationItem,
    previous?: string | null,
  ): { item: StoredItem; previousId: string | null } {
    const id = item.id ?? newId("item");
    if (this.#items.some((other) => other.id === id)) {
      throw new ClientEventError(
        "invalid_value",
        `Invalid value for 'item.id': an item '${id}' already exists`,
        "item.id",
      );
    }
    const stored: StoredItem = { ...item, id };
    const at = previous === "root"
      ? 0
      : previous
      ? this.#indexOf(previous, "previous_item_id") + 1
      : this.#items.length;
    this.#items.splice(at, 0, stored);
    return { item: stored, previousId: this.#items[at - 1]?.id ?? null };
  }

  /** @throws {ClientEventError} `item_not_found` */
  get(id: string): StoredItem {
    return this.#items[this.#indexOf(id, "item_id")]!;
  }

  /** Puts a newer state of an item in its place. */
  replace(item: StoredItem): void {
    const at = this.#items.findIndex((other) => other.id === item.id);
    if (at >= 0) this.#items[at] = item;
  }

  /** @throws {ClientEventError} `item_not_found` */
  delete(id: string): void {
    this.#items.splice(this.#indexOf(id, "item_id"), 1);
    this.#heard.delete(id);
  }

  /** Whether a call is waiting for the output with this `call_id`. */
  hasCall(callId: string): boolean {
    return this.#items.some((item) =>
      item.type === "function_call" && item.call_id === callId
    );
  }

  previousIdOf(id: string): string | null {
    const at = this.#items.findIndex((item) => item.id === id);
    return this.#items[at - 1]?.id ?? null;
  }

  setHeard(id: string, text: string): void {
    this.#heard.set(id, text);
  }

  heard(id: string): string | undefined {
    return this.#heard.get(id);
  }

  #indexOf(id: string, param: string): number {
    const at = this.#items.findIndex((item) => item.id === id);
    if (at < 0) {
      throw new ClientEventError(
        "item_not_found",
        `No item '${id}' in this conversation`,
        param,
      );
    }
    return at;
  }
}
