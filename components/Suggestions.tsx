import { useMessages } from "../lib/language/context.ts";
import { fill } from "../lib/language/messages.ts";

/** Things to say, to begin with; buttons that say them once somebody listens. */
export function Suggestions(
  { phrases, onSay }: {
    phrases: string[];
    onSay: ((words: string) => void) | undefined;
  },
) {
  const { control } = useMessages();
  return (
    <div class="suggestions">
      <p id="suggestions">{control.suggestions}</p>
      <ul aria-labelledby="suggestions">
        {phrases.map((words) => (
          <li key={words}>
            {onSay === undefined ? `“${words}”` : (
              <button
                type="button"
                aria-label={fill(control.say, { words })}
                onClick={() => onSay(words)}
              >
                “{words}”
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
