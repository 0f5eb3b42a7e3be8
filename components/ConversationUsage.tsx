import { useMessages } from "../lib/language/context.ts";
import type { Language } from "../lib/language/languages.ts";
import type { Usage } from "../lib/store/conversation_store.ts";

/** What a conversation took of the model; nothing where that is not known. */
export function ConversationUsage(
  { usage, language }: { usage: Usage; language: Language },
) {
  const { past } = useMessages();
  const { inputTokens, cachedTokens, outputTokens, costUsd } = usage;
  if (inputTokens + outputTokens === 0) return null;
  const number = new Intl.NumberFormat(language);
  const dollars = new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    maximumFractionDigits: 4,
  });
  return (
    <table class="usage">
      <caption>{past.usage}</caption>
      <tbody>
        {[
          [past.inputTokens, number.format(inputTokens)],
          [past.cachedTokens, number.format(cachedTokens)],
          [past.outputTokens, number.format(outputTokens)],
          [
            past.cost,
            costUsd === undefined ? past.noCost : dollars.format(costUsd),
          ],
        ].map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
