import { useComputed } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import {
  HandIcon,
  HangUpIcon,
  MicrophoneIcon,
  MicrophoneOffIcon,
} from "../components/icons.tsx";
import { MessageBox } from "../components/MessageBox.tsx";
import { Transcript } from "../components/Transcript.tsx";
import { Conversation, type Transport } from "../lib/client/conversation.ts";

interface ConversationPanelProps {
  agent: string;
  title: string;
  /** Things to say, to begin with. */
  suggestions: string[];
  /** How the audio travels; WebRTC unless the address asks for the socket. */
  transport: Transport;
}

/** The conversation with one agent: start button, state, transcript, controls. */
export function ConversationPanel(
  { agent, title, suggestions, transport }: ConversationPanelProps,
) {
  const [conversation] = useState(() => new Conversation(agent, title));
  // Until the script runs a press would be lost, so the button does not take one.
  const [live, setLive] = useState(false);
  const audio = useRef<HTMLAudioElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const { phase, transcript, problem, muted, hasMicrophone, speaker } =
    conversation;

  const status = useComputed(() => {
    switch (phase.value) {
      case "idle":
        return "Idle";
      case "connecting":
        return "Connecting";
      case "running": {
        const { activity } = transcript.value;
        return activity[0]!.toUpperCase() + activity.slice(1);
      }
      case "ended":
        return "Ended";
      case "failed":
        return "Failed";
    }
  });
  const busy = useComputed(() =>
    phase.value === "connecting" || phase.value === "running"
  );
  useFollowedEnd(scroll, transcript.value);
  useEffect(() => {
    setLive(true);
    const leave = () => conversation.end();
    addEventListener("pagehide", leave);
    return () => removeEventListener("pagehide", leave);
  }, []);

  return (
    <section class={`conversation is-${status.value.toLowerCase()}`}>
      <div class="stage">
        <div class="orb" aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
        <p class="state" role="status">{status}</p>
        {speaker.value !== title && <p class="speaker">with {speaker}</p>}
        {busy.value
          ? (
            <div class="controls">
              <button
                type="button"
                class="round"
                disabled={!hasMicrophone.value}
                onClick={() => conversation.toggleMute()}
              >
                {muted.value ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
                <span>
                  {muted.value ? "Unmute microphone" : "Mute microphone"}
                </span>
              </button>
              <button
                type="button"
                class="round"
                disabled={phase.value !== "running"}
                onClick={() => conversation.interrupt()}
              >
                <HandIcon />
                <span>Interrupt</span>
              </button>
              <button
                type="button"
                class="round end"
                onClick={() => conversation.end()}
              >
                <HangUpIcon />
                <span>End conversation</span>
              </button>
            </div>
          )
          : (
            <button
              type="button"
              class="start"
              disabled={!live}
              onClick={() => conversation.start(audio.current!, transport)}
            >
              <MicrophoneIcon />
              Start conversation
            </button>
          )}
        {problem.value !== "" && <p class="problem" role="alert">{problem}</p>}
        {suggestions.length > 0 && transcript.value.turns.length === 0 && (
          <div class="suggestions">
            <p>You could say</p>
            <ul>
              {suggestions.map((words) => <li key={words}>“{words}”</li>)}
            </ul>
          </div>
        )}
      </div>
      <div class="scroll" ref={scroll}>
        <Transcript
          turns={transcript.value.turns}
          agent={title}
          onApprove={(callId, approve) => conversation.approve(callId, approve)}
        />
      </div>
      <MessageBox
        disabled={phase.value !== "running"}
        onSend={(text) => conversation.say(text)}
      />
      {/* Without playsinline iOS would show its player; Preact's types lack it. */}
      <audio ref={audio} autoplay {...{ playsinline: "" }} />
    </section>
  );
}

/** How far from its end, in pixels, a reader still counts as following. */
const FOLLOWING_PX = 80;

/** Keeps a growing box scrolled to its end, unless the reader has scrolled up. */
function useFollowedEnd(
  box: RefObject<HTMLDivElement>,
  content: unknown,
): void {
  const following = useRef(true);
  useEffect(() => {
    const element = box.current!;
    const noticed = () => {
      const left = element.scrollHeight - element.scrollTop -
        element.clientHeight;
      following.current = left < FOLLOWING_PX;
    };
    element.addEventListener("scroll", noticed, { passive: true });
    return () => element.removeEventListener("scroll", noticed);
  }, []);
  useEffect(() => {
    if (following.current) box.current!.scrollTop = box.current!.scrollHeight;
  }, [content]);
}
