import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Announcer } from "../components/Announcer.tsx";
import { CallControls } from "../components/CallControls.tsx";
import { ConnectProgress } from "../components/ConnectProgress.tsx";
import { DeveloperPanel } from "../components/DeveloperPanel.tsx";
import { HoldToTalk } from "../components/HoldToTalk.tsx";
import {
  DeveloperIcon,
  MicrophoneIcon,
  SettingsIcon,
} from "../components/icons.tsx";
import { MessageBox } from "../components/MessageBox.tsx";
import { Problems } from "../components/Problems.tsx";
import { RecordingSign } from "../components/RecordingSign.tsx";
import { Settings } from "../components/Settings.tsx";
import { Suggestions } from "../components/Suggestions.tsx";
import { Transcript } from "../components/Transcript.tsx";
import { TranscriptTools } from "../components/TranscriptTools.tsx";
import { Visualiser } from "../components/Visualiser.tsx";
import type { Transport } from "../lib/client/connection.ts";
import type { Handshake } from "../lib/client/offering_peer.ts";
import { Conversation } from "../lib/client/conversation.ts";
import { useFollowedEnd, useTalkKey } from "../lib/client/hooks.ts";
import { useKeptFocus } from "../lib/client/kept_focus.ts";
import { Recording } from "../lib/client/sound/recording.ts";
import { useMessages, WithMessages } from "../lib/language/context.ts";
import { fill, type Messages } from "../lib/language/messages.ts";

interface ConversationPanelProps {
  agent: string;
  title: string;
  /** Things to say, to begin with. */
  suggestions: string[];
  /** How the audio travels; WebRTC unless the address asks for the socket. */
  transport: Transport;
  /** How the server wants calls over WebRTC. */
  handshake: Handshake;
  /** The language's tag, and the page's words in it. */
  language: string;
  messages: Messages;
}

/** The conversation with one agent: state, controls, transcript, settings. */
export function ConversationPanel(props: ConversationPanelProps) {
  const { agent, title, handshake, messages } = props;
  const [conversation] = useState(() =>
    new Conversation(agent, title, handshake)
  );
  const section = useRef<HTMLElement>(null);
  const audio = useRef<HTMLAudioElement>(null);
  // Until the script runs a press would be lost, so the button does not take one.
  const waiting = useSignal(true);
  const { state, preferences } = conversation;
  useKeptFocus(section, "call");
  // At once, not after the next picture: the person may be waiting for the button.
  useLayoutEffect(() => {
    const detach = conversation.attach(audio.current!);
    waiting.value = false;
    const leave = () => conversation.busy.peek() && conversation.end();
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      detach();
    };
  }, []);
  useEffect(() => conversation.load(props.transport), []);
  return (
    <WithMessages value={messages}>
      <section ref={section} class={`conversation is-${state.value}`}>
        <Stage {...props} conversation={conversation} waiting={waiting} />
        <Talk conversation={conversation} />
        {preferences.developer.value && (
          <DeveloperPanel
            conversation={conversation}
            language={props.language}
          />
        )}
        {/* Without playsinline iOS would show its player; Preact's types lack it. */}
        <audio ref={audio} autoplay {...{ playsinline: "" }} />
      </section>
    </WithMessages>
  );
}

interface PartProps {
  conversation: Conversation;
}

/** Who is at it, and what can be done. */
function Stage(
  { conversation, waiting, messages, title, suggestions, transport }:
    & ConversationPanelProps
    & PartProps
    & { waiting: ReadonlySignal<boolean> },
) {
  const { control } = messages;
  const {
    state,
    busy,
    running,
    partner,
    measures,
    microphone,
    turnTaking,
    preferences: { pushToTalk, developer },
    desk,
    transcript,
  } = conversation;
  const hasMicrophone = microphone.stream.value !== undefined;
  const talk = (down: boolean) => conversation.talk(down);
  const prepare = () => conversation.prepare(transport);
  useTalkKey(pushToTalk.value && running.value && hasMicrophone, talk);
  const recordable = useComputed(() => running.value && Recording.supported);
  return (
    <div class="stage">
      <div class="corner">
        <button
          type="button"
          class="icon"
          aria-label={control.settings}
          title={control.settings}
          popovertarget="settings"
        >
          <SettingsIcon />
        </button>
        <button
          type="button"
          class="icon"
          aria-label={control.developer}
          title={control.developer}
          aria-expanded={developer.value}
          onClick={() => developer.value = !developer.value}
        >
          <DeveloperIcon />
        </button>
      </div>
      <Settings conversation={conversation} />
      <RecordingSign since={desk.recordingSince.value} />
      <Visualiser
        state={state.value}
        microphone={() => desk.microphoneMeter}
        agent={() => desk.agentMeter}
        muted={!turnTaking.heard.value}
      />
      <p class="state" role="status">{messages.state[state.value]}</p>
      {partner.value !== title && (
        <p class="partner">{fill(control.with, { name: partner.value! })}</p>
      )}
      {state.value === "connecting" && (
        <ConnectProgress
          reached={measures.stages.value}
          hasMicrophone={hasMicrophone}
        />
      )}
      {pushToTalk.value && busy.value && (
        <HoldToTalk
          talking={turnTaking.talking.value}
          disabled={!running.value || !hasMicrophone}
          onTalk={talk}
        />
      )}
      {busy.value
        ? (
          <CallControls
            muted={turnTaking.muted.value}
            canMute={hasMicrophone || !running.value}
            running={running.value}
            recording={desk.recordingSince.value !== undefined}
            canRecord={recordable.value}
            onMute={() => turnTaking.muted.value = !turnTaking.muted.value}
            onInterrupt={() => conversation.interrupt()}
            onRecord={() => conversation.toggleRecording()}
            onEnd={() => conversation.end()}
          />
        )
        : (
          <button
            type="button"
            class="start"
            data-place="call"
            disabled={waiting}
            // Whoever moves: a button that comes under a resting pointer, or is
            // given the focus, was not reached for.
            onPointerMove={prepare}
            onPointerDown={prepare}
            onKeyDown={prepare}
            onClick={() => conversation.start(transport)}
          >
            <MicrophoneIcon />
            {control.start}
          </button>
        )}
      <Problems conversation={conversation} />
      {suggestions.length > 0 && transcript.value.turns.length < 2 && (
        <Suggestions
          phrases={suggestions}
          onSay={running.value ? (words) => conversation.say(words) : undefined}
        />
      )}
    </div>
  );
}

/** What has been said, and a way to say something by typing. */
function Talk({ conversation }: PartProps) {
  const { transcript: words } = useMessages();
  const scroll = useRef<HTMLDivElement>(null);
  const { transcript, title, running } = conversation;
  const { turns } = transcript.value;
  const { following, toEnd } = useFollowedEnd(scroll, turns);
  return (
    <div class="talk">
      <h2 class="unseen">{words.label}</h2>
      <TranscriptTools conversation={conversation} />
      <div
        class="scroll"
        ref={scroll}
        tabIndex={0}
        role="group"
        aria-label={words.label}
        data-place="transcript"
      >
        <Transcript
          turns={turns}
          agent={title}
          onApprove={(callId, approve) => conversation.approve(callId, approve)}
        />
      </div>
      {!following && (
        <button
          type="button"
          class="latest"
          data-place="transcript"
          onClick={toEnd}
        >
          {words.latest}
        </button>
      )}
      <Announcer turns={turns} agent={title} />
      <MessageBox
        disabled={!running.value}
        onSend={(text) => conversation.say(text)}
      />
    </div>
  );
}
