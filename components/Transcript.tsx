import type { ComponentChildren } from "preact";
import { clockTime } from "../lib/language/clock_time.ts";
import { useMessages } from "../lib/language/context.ts";
import { fill } from "../lib/language/messages.ts";
import { speakersOf } from "../lib/realtime/speakers.ts";
import type { MessageTurn, ToolTurn, Turn } from "../lib/realtime/turns.ts";
import { ToolIcon } from "./icons.tsx";

interface TranscriptProps {
  turns: readonly Turn[];
  /** The title of the agent that began. */
  agent: string;
  /** Takes the person's word on a call; left out where it is too late for one. */
  onApprove?: (callId: string, approve: boolean) => void;
}

/**
 * The conversation, turn by turn. A log, but not a live one: what is announced of
 * it is said elsewhere, when it is whole.
 */
export function Transcript({ turns, agent, onApprove }: TranscriptProps) {
  const { transcript } = useMessages();
  const speakers = speakersOf(turns, agent);
  const start = turns[0]?.at ?? 0;
  const time = ({ at }: Turn) => (
    <time dateTime={new Date(at).toISOString()}>{clockTime(at - start)}</time>
  );
  return (
    <div
      class="transcript"
      role="log"
      aria-live="off"
      aria-label={transcript.label}
      data-empty={transcript.empty}
    >
      {turns.map((turn, place) => {
        switch (turn.kind) {
          case "message":
            return (
              <Message key={turn.id} turn={turn} agent={speakers[place]!}>
                {time(turn)}
              </Message>
            );
          case "tool":
            return turn.status === "awaiting_approval" && onApprove
              ? (
                <ApprovalCard
                  key={turn.callId}
                  turn={turn}
                  onApprove={onApprove}
                />
              )
              : (
                <ToolRow
                  key={turn.callId}
                  turn={turn}
                  place={onApprove && turn.callId}
                >
                  {time(turn)}
                </ToolRow>
              );
          case "handoff":
            return (
              <p key={turn.id} class="note handoff">
                {fill(transcript.handoff, { from: turn.from, to: turn.to })}
              </p>
            );
          case "guardrail":
            return (
              <p key={turn.id} class="note guardrail">
                {fill(transcript.guardrail, {
                  name: turn.name,
                  reason: turn.reason,
                })}
              </p>
            );
        }
      })}
    </div>
  );
}

interface RowProps<Kind> {
  turn: Kind;
  /** The time stamp. */
  children: ComponentChildren;
}

function Message(
  { turn, agent, children }: RowProps<MessageTurn> & { agent: string },
) {
  const { transcript } = useMessages();
  const { role, status, text, heard = text.length } = turn;
  const rest = text.slice(heard);
  return (
    <article class={`turn ${role} ${status}`}>
      <h3>
        {role === "user" ? transcript.you : agent} {children}
      </h3>
      <p>
        {text.slice(0, heard) || (rest === "" && <Waiting turn={turn} />)}
        {rest !== "" && (
          // Struck out is a deletion for screen readers, as the eye has it.
          <s class="unheard" title={transcript.unheard}>{rest}</s>
        )}
        {status === "interrupted" && (
          <span class="mark">{transcript.interrupted}</span>
        )}
      </p>
    </article>
  );
}

function Waiting({ turn }: { turn: MessageTurn }) {
  const { transcript } = useMessages();
  return turn.status === "unintelligible"
    ? <em>{transcript.unintelligible}</em>
    : <span class="dots" aria-label={transcript.forming} role="img" />;
}

function ApprovalCard(
  { turn, onApprove }: {
    turn: ToolTurn;
    onApprove: (callId: string, approve: boolean) => void;
  },
) {
  const { transcript } = useMessages();
  const { name, callId } = turn;
  return (
    <section
      class="approval"
      data-place={callId}
      aria-label={fill(transcript.approveTool, { name })}
    >
      <p>
        <ToolIcon /> {fill(transcript.mayRun, { name })}
      </p>
      <pre tabIndex={0}>{indented(turn.arguments)}</pre>
      <button
        type="button"
        class="primary"
        onClick={() => onApprove(callId, true)}
      >
        {transcript.approve}
      </button>
      <button type="button" onClick={() => onApprove(callId, false)}>
        {transcript.refuse}
      </button>
    </section>
  );
}

/** @param place Its card's place, where the call may have waited for approval. */
function ToolRow(
  { turn, place, children }: RowProps<ToolTurn> & { place: string | undefined },
) {
  const { transcript, tool } = useMessages();
  const { name, status, progress, output, durationMs } = turn;
  return (
    <details class={`tool ${status}`} data-place={place}>
      <summary>
        <ToolIcon />
        <code>{name}</code>
        <span class="arguments">{briefly(turn.arguments)}</span>
        <span class="status">
          {status === "running" && progress || tool[status]}
          {durationMs !== undefined && ` · ${Math.round(durationMs)} ms`}
        </span>
        {children}
      </summary>
      <dl>
        <dt>{transcript.arguments}</dt>
        <dd>
          <pre>{indented(turn.arguments)}</pre>
        </dd>
        {output !== undefined && (
          <>
            <dt>{transcript.result}</dt>
            <dd>
              <pre>{indented(output)}</pre>
            </dd>
          </>
        )}
      </dl>
    </details>
  );
}

/** `{"location":"Rome"}` as `Rome`. */
function briefly(text: string): string {
  try {
    return Object.values(JSON.parse(text)).map((value) =>
      typeof value === "object" ? JSON.stringify(value) : String(value)
    ).join(", ");
  } catch {
    return text;
  }
}

/** JSON made easy to read; other text as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
