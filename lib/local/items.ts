import type {
  ConversationItem,
  UnsentServerEvent,
} from "../realtime/events.ts";
import type { Conversation } from "./conversation.ts";
import { ClientEventError } from "./errors.ts";

/** What clients do to the items of a conversation, and the events that tell of it. */
export class Items {
  readonly #conversation: Conversation;
  readonly #emit: (event: UnsentServerEvent) => void;

  constructor(
    conversation: Conversation,
    emit: (event: UnsentServerEvent) => void,
  ) {
    this.#conversation = conversation;
    this.#emit = emit;
  }

  /** @throws {ClientEventError} for an output of no call, or an id in use. */
  create(asked: ConversationItem, previous: string | null | undefined): void {
    if (
      asked.type === "function_call_output" &&
      !this.#conversation.hasCall(asked.call_id)
    ) {
      throw new ClientEventError(
        "invalid_value",
        `Invalid value for 'item.call_id': no function call '${asked.call_id}' in this conversation`,
        "item.call_id",
      );
    }
    const { item, previousId } = this.#conversation.insert(
      {
        ...asked,
        object: "realtime.item",
        status: "completed",
      } as ConversationItem,
      previous,
    );
    const previous_item_id = previousId;
    this.#emit({ type: "conversation.item.added", previous_item_id, item });
    this.#emit({ type: "conversation.item.done", previous_item_id, item });
  }

  /** @throws {ClientEventError} `item_not_found` */
  retrieve(id: string): void {
    this.#emit({
      type: "conversation.item.retrieved",
      item: this.#conversation.get(id),
    });
  }

  /** @throws {ClientEventError} `item_not_found` */
  delete(id: string): void {
    this.#conversation.delete(id);
    this.#emit({ type: "conversation.item.deleted", item_id: id });
  }

  /**
   * A client that plays the sound itself says how much of it was heard.
   *
   * @throws {ClientEventError} where the item is none of the assistant's.
   */
  truncate(id: string, audioEndMs: number): void {
    const item = this.#conversation.get(id);
    if (item.type !== "message" || item.role !== "assistant") {
      throw new ClientEventError(
        "invalid_value",
        "Invalid value for 'item_id': only the assistant's messages can be truncated",
        "item_id",
      );
    }
    this.cut(id, audioEndMs);
  }

  /** Of an answer no more was heard than this. */
  cut(id: string, audioEndMs: number): void {
    const item = this.#conversation.items.find((item) => item.id === id);
    if (item?.type === "message" && item.role === "assistant") {
      // The words go with the sound: what was not heard was not said.
      this.#conversation.replace({
        ...item,
        content: [{ type: "output_audio" }],
      });
    }
    this.#emit({
      type: "conversation.item.truncated",
      item_id: id,
      content_index: 0,
      audio_end_ms: audioEndMs,
    });
  }
}
