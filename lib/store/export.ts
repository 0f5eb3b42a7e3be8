import type {
  ConversationPage,
  ConversationStore,
} from "./conversation_store.ts";
import type { Position } from "./cursor.ts";

/**
 * All conversations with their turns as lines of JSON, the newest first; one is
 * in memory at a time. Those that begin meanwhile are not among them.
 */
export async function* exportLines(
  store: ConversationStore,
): AsyncGenerator<string> {
  let before: Position | undefined;
  do {
    const { conversations, next }: ConversationPage = await store.list(before);
    for (const { id } of conversations) {
      const conversation = await store.get(id);
      // It may have been deleted since it was listed.
      if (conversation !== undefined) yield `${JSON.stringify(conversation)}\n`;
    }
    before = next;
  } while (before !== undefined);
}
