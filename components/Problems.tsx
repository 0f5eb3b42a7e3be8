import type { Conversation } from "../lib/client/conversation.ts";
import { Problem } from "../lib/client/problems.ts";
import { problemText } from "../lib/client/problem_text.ts";
import { useMessages } from "../lib/language/context.ts";
import { fill } from "../lib/language/messages.ts";

/** What is wrong, and what to do about it. */
export function Problems({ conversation }: { conversation: Conversation }) {
  const { problem: words } = useMessages();
  const { problem, microphone, speaker, retryIn, notice } = conversation;
  const problems = [
    problem.value,
    microphone.problem.value && new Problem(microphone.problem.value),
  ].filter((problem) => problem !== undefined);
  return (
    <>
      {problems.map((problem) => (
        <p key={problem.code} class="problem" role="alert">
          {problemText(problem, words)}
        </p>
      ))}
      {retryIn.value !== undefined && (
        // No alert: it would be read out anew every second.
        <p class="problem">
          {retryIn.value === 0
            ? words.reconnectingNow
            : fill(words.reconnecting, { seconds: retryIn.value })}
        </p>
      )}
      {speaker.blocked.value && (
        <p class="problem" role="alert">
          {words.playback_blocked}{" "}
          <button type="button" onClick={() => speaker.unblock()}>
            {words.unblock}
          </button>
        </p>
      )}
      {notice.value !== undefined && (
        <p class="problem notice" role="alert">
          {fill(words[notice.value.code], {
            seconds: notice.value.seconds ?? "",
          })}
        </p>
      )}
    </>
  );
}
