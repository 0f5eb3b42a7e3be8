import { useSignal } from "@preact/signals";
import type { Conversation } from "../lib/client/conversation.ts";
import { download, fileName } from "../lib/client/download.ts";
import {
  transcriptJson,
  transcriptText,
} from "../lib/client/transcript_file.ts";
import { useMessages } from "../lib/language/context.ts";

/** Takes the transcript along: to the clipboard, as text or as JSON. */
export function TranscriptTools(
  { conversation }: { conversation: Conversation },
) {
  const messages = useMessages();
  const { transcript: words } = messages;
  const copied = useSignal("");
  const { agent, title, transcript: { value: { turns } } } = conversation;
  const text = () => transcriptText(turns, title, messages);
  const save = (extension: string, type: string, content: string) =>
    download(
      fileName(agent, extension, new Date(turns[0]!.at)),
      new Blob([content], { type }),
    );
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      copied.value = words.copied;
    } catch {
      copied.value = words.copyFailed;
    }
  };
  const none = turns.length === 0;
  return (
    <div class="tools" role="group" aria-label={words.tools}>
      <span aria-live="polite">{none ? "" : copied}</span>
      <button type="button" disabled={none} onClick={copy}>
        {words.copy}
      </button>
      <button
        type="button"
        disabled={none}
        onClick={() => save("txt", "text/plain", text())}
      >
        {words.text}
      </button>
      <button
        type="button"
        disabled={none}
        onClick={() =>
          save("json", "application/json", transcriptJson(turns, title))}
      >
        {words.json}
      </button>
    </div>
  );
}
