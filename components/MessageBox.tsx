import type { TargetedSubmitEvent } from "preact";
import { useMessages } from "../lib/language/context.ts";
import { SendIcon } from "./icons.tsx";

/** Where a person types what they do not want to say aloud. */
export function MessageBox(
  { disabled, onSend }: { disabled: boolean; onSend: (text: string) => void },
) {
  const { message } = useMessages();
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get("message") ?? "").trim();
    if (text === "") return;
    onSend(text);
    form.reset();
  };
  return (
    <form class="message" onSubmit={submit}>
      <label class="unseen" for="message">{message.label}</label>
      <input
        id="message"
        name="message"
        type="text"
        maxLength={4000}
        autocomplete="off"
        placeholder={message.placeholder}
        disabled={disabled}
      />
      <button type="submit" disabled={disabled} aria-label={message.send}>
        <SendIcon />
      </button>
    </form>
  );
}
