import { useMessages } from "../lib/language/context.ts";
import { MicrophoneIcon } from "./icons.tsx";

/** The button that is held while one talks: by finger, mouse or key. */
export function HoldToTalk(
  { talking, disabled, onTalk }: {
    talking: boolean;
    disabled: boolean;
    onTalk: (down: boolean) => void;
  },
) {
  const { control } = useMessages();
  const isTalkKey = ({ key }: KeyboardEvent) => key === " " || key === "Enter";
  return (
    <button
      type="button"
      class={`hold ${talking ? "is-down" : ""}`}
      aria-pressed={talking}
      title={control.holdHint}
      disabled={disabled}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        // The finger may slide off while it holds.
        event.currentTarget.setPointerCapture(event.pointerId);
        onTalk(true);
      }}
      onPointerUp={() => onTalk(false)}
      onPointerCancel={() => onTalk(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!isTalkKey(event)) return;
        event.preventDefault();
        if (!event.repeat) onTalk(true);
      }}
      onKeyUp={(event) => {
        if (isTalkKey(event)) onTalk(false);
      }}
      onBlur={() => onTalk(false)}
    >
      <MicrophoneIcon />
      {control.hold}
    </button>
  );
}
