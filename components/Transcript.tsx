import type { MessageTurn, ToolTurn, Turn } from "../lib/realtime/turns.ts";
import { ToolIcon } from "./icons.tsx";

/** The conversation, turn by turn, as a live log. */
export function Transcript(
  { turns, agent, onApprove }: {
    turns: readonly Turn[];
    agent: string;
    onApprove: (callId: string, approve: boolean) => void;
  },
) {
  return (
    <div class="transcript" role="log" aria-label="Transcript" tabIndex={0}>
      {turns.map((turn, at) => {
        switch (turn.kind) {
          case "message":
            return (
              <Message
                key={turn.id}
                turn={turn}
                agent={speakerAt(turns, at) ?? agent}
              />
            );
          case "tool":
            return turn.status === "awaiting_approval"
              ? (
                <ApprovalCard
                  key={turn.callId}
                  turn={turn}
                  onApprove={onApprove}
                />
              )
              : <ToolRow key={turn.callId} turn={turn} />;
          case "handoff":
            return (
              <p key={turn.id} class="note handoff">
                {turn.from} handed over to {turn.to}
              </p>
            );
          case "guardrail":
            return (
              <p key={turn.id} class="note guardrail">
                Stopped by “{turn.name}”: {turn.reason}
              </p>
            );
        }
      })}
    </div>
  );
}

/** Who has the conversation at a turn, where it has been handed over before. */
function speakerAt(turns: readonly Turn[], at: number): string | undefined {
  const handoff = turns.findLast((turn, index) =>
    index < at && turn.kind === "handoff"
  );
  return handoff?.kind === "handoff" ? handoff.to : undefined;
}

function Message({ turn, agent }: { turn: MessageTurn; agent: string }) {
  return (
    <article class={`turn ${turn.role} ${turn.status}`}>
      <h3>{turn.role === "user" ? "You" : agent}</h3>
      <p>
        {turn.text || <Waiting turn={turn} />}
        {turn.status === "interrupted" && <span class="mark">interrupted</span>}
      </p>
    </article>
  );
}

function Waiting({ turn }: { turn: MessageTurn }) {
  return turn.status === "unintelligible"
    ? <em>(not understood)</em>
    : <span class="dots" aria-label="…" role="img" />;
}

function ApprovalCard(
  { turn, onApprove }: {
    turn: ToolTurn;
    onApprove: (callId: string, approve: boolean) => void;
  },
) {
  return (
    <section class="approval" aria-label={`Approve ${turn.name}?`}>
      <p>
        May <code>{turn.name}</code> run with <code>{turn.arguments}</code>?
      </p>
      <button type="button" onClick={() => onApprove(turn.callId, true)}>
        Approve
      </button>
      <button type="button" onClick={() => onApprove(turn.callId, false)}>
        Refuse
      </button>
    </section>
  );
}

const STATUS_WORDS: Record<ToolTurn["status"], string> = {
  running: "running",
  awaiting_approval: "waits for approval",
  completed: "done",
  failed: "failed",
  timed_out: "timed out",
  refused: "refused",
  cancelled: "cancelled",
};

function ToolRow({ turn }: { turn: ToolTurn }) {
  return (
    <details class={`tool ${turn.status}`}>
      <summary>
        <ToolIcon />
        <code>{turn.name}</code>
        <span class="arguments">{briefly(turn.arguments)}</span>
        <span class="status">
          {turn.status === "running" && turn.progress ||
            STATUS_WORDS[turn.status]}
          {turn.durationMs !== undefined &&
            ` · ${Math.round(turn.durationMs)} ms`}
        </span>
      </summary>
      <dl>
        <dt>Arguments</dt>
        <dd>
          <pre>{turn.arguments}</pre>
        </dd>
        {turn.output !== undefined && (
          <>
            <dt>Result</dt>
            <dd>
              <pre>{turn.output}</pre>
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
    return Object.values(JSON.parse(text)).map(String).join(", ");
  } catch {
    return text;
  }
}
