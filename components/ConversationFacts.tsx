import { useMessages } from "../lib/language/context.ts";
import type { Language } from "../lib/language/languages.ts";
import type { ConversationHeader } from "../lib/store/conversation_store.ts";
import { PastLength } from "./PastLength.tsx";
import { PastTime } from "./PastTime.tsx";

/** When a conversation was, how long it took, and why it ended. */
export function ConversationFacts(
  { header, goesOn, language }: {
    header: ConversationHeader;
    goesOn: boolean;
    language: Language;
  },
) {
  const { past } = useMessages();
  const { startedAt, endReason, endCode, provider } = header;
  return (
    <dl class="facts">
      <div>
        <dt>{past.began}</dt>
        <dd>
          <PastTime at={startedAt} language={language} />
        </dd>
      </div>
      <div>
        <dt>{past.lasted}</dt>
        <dd>
          <PastLength header={header} goesOn={goesOn} />
        </dd>
      </div>
      {endReason !== undefined && (
        <div>
          <dt>{past.ended}</dt>
          <dd>
            {past[`ended_${endCode}` as keyof typeof past] ??
              <span lang="en">{endReason}</span>}
          </dd>
        </div>
      )}
      <div>
        <dt>{past.answered}</dt>
        <dd>
          {{ openai: "OpenAI", azure: "Azure OpenAI", local: past.local }[
            provider
          ]}
        </dd>
      </div>
    </dl>
  );
}
