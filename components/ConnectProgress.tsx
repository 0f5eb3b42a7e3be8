import { type Stage, STAGES } from "../lib/client/developer/measures.ts";
import { useMessages } from "../lib/language/context.ts";

/** What is done on the way to a conversation, and what is still awaited. */
export function ConnectProgress(
  { reached, hasMicrophone }: {
    reached: Partial<Record<Stage, number>>;
    hasMicrophone: boolean;
  },
) {
  const { stage: words } = useMessages();
  return (
    <ol class="progress" aria-label={words.label}>
      {STAGES.map((stage) => {
        const done = reached[stage] !== undefined;
        const missing = done && stage === "microphone" && !hasMicrophone;
        return (
          <li key={stage} class={missing ? "missing" : done ? "done" : ""}>
            {words[stage]}
            <span class="unseen">
              : {missing ? words.missing : done ? words.done : words.waiting}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
