import type { ComponentChildren } from "preact";
import { useMessages } from "../lib/language/context.ts";
import {
  HangUpIcon,
  MicrophoneIcon,
  MicrophoneOffIcon,
  RecordIcon,
  StopIcon,
} from "./icons.tsx";

interface CallControlsProps {
  muted: boolean;
  /** Whether there is a microphone that could be muted, or may still be one. */
  canMute: boolean;
  /** Whether the conversation goes on already. */
  running: boolean;
  recording: boolean;
  canRecord: boolean;
  onMute: () => void;
  onInterrupt: () => void;
  onRecord: () => void;
  onEnd: () => void;
}

/** What can be done while a conversation goes on. */
export function CallControls(props: CallControlsProps) {
  const { control } = useMessages();
  return (
    <div class="controls" data-place="call">
      <Round disabled={!props.canMute} onClick={props.onMute}>
        {props.muted ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
        {props.muted ? control.unmute : control.mute}
      </Round>
      <Round disabled={!props.running} onClick={props.onInterrupt}>
        <StopIcon />
        {control.interrupt}
      </Round>
      {props.canRecord && (
        <Round
          kind={props.recording ? "is-on" : ""}
          disabled={!props.running}
          onClick={props.onRecord}
        >
          <RecordIcon />
          {props.recording ? control.stopRecording : control.record}
        </Round>
      )}
      <Round kind="end" onClick={props.onEnd}>
        <HangUpIcon />
        {control.end}
      </Round>
    </div>
  );
}

function Round({ kind = "", disabled = false, onClick, children }: {
  kind?: string;
  disabled?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class={`round ${kind}`}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
