import { useMessages } from "../lib/language/context.ts";
import type { Language } from "../lib/language/languages.ts";
import { fill } from "../lib/language/messages.ts";
import type { ConversationHeader } from "../lib/store/conversation_store.ts";
import { PastLength } from "./PastLength.tsx";
import { PastTime } from "./PastTime.tsx";

/** Past conversations, each a link to what was said. */
export function ConversationList(
  { conversations, language }: {
    conversations: readonly { header: ConversationHeader; goesOn: boolean }[];
    language: Language;
  },
) {
  const { past } = useMessages();
  return (
    <ol class="conversations">
      {conversations.map(({ header, goesOn }) => {
        const { id, agent, preview, startedAt, turnCount } = header;
        return (
          <li key={id}>
            <a href={`/conversations/${id}`}>
              {preview ?? past.noPreview}
            </a>
            <p>
              <span>{agent.title}</span>
              <PastTime at={startedAt} language={language} />
              <PastLength header={header} goesOn={goesOn} />
              <span>
                {turnCount === 1
                  ? past.turn
                  : fill(past.turns, { count: turnCount })}
              </span>
            </p>
          </li>
        );
      })}
    </ol>
  );
}
