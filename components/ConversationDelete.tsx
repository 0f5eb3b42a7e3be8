import { useMessages } from "../lib/language/context.ts";

/** Deletes a conversation, once it has been asked for twice; without script. */
export function ConversationDelete({ id }: { id: string }) {
  const { past } = useMessages();
  return (
    <details class="delete">
      <summary>{past.delete}</summary>
      <form method="post" action={`/conversations/${id}/delete`}>
        <p>{past.deleteHint}</p>
        <button type="submit">{past.deleteNow}</button>
      </form>
    </details>
  );
}
