/**
 * The conversation as people see it, made from the wire's events by one pure
 * function that browser, server and tests share.
 */
import { type Activity, activityAfter } from "./activity.ts";
import type { ConversationItem, RealtimeServerEvent } from "./events.ts";
import { heardAfter, INITIAL_PACE, type Pace, paceAfter } from "./pace.ts";
import type { HandoffTurn, MessageTurn, ToolTurn, Turn } from "./turns.ts";

export interface Transcript {
  /** In the conversation's order, whatever order the events came in. */
  turns: readonly Turn[];
  activity: Activity;
  /** How fast the agent speaks. */
  pace: Pace;
}

/** What a tool call has come to; the server reports it. */
export type ToolProgress = Omit<ToolTurn, "kind" | "id" | "at">;

export const EMPTY_TRANSCRIPT: Transcript = {
  turns: [],
  activity: "listening",
  pace: INITIAL_PACE,
};

/**
 * The transcript after an event.
 *
 * @param at When the event came, in milliseconds since 1970.
 */
export function transcribe(
  transcript: Transcript,
  event: RealtimeServerEvent,
  at: number,
): Transcript {
  const turns = heardAfter(
    turnsAfter(transcript.turns, event, at),
    transcript.pace,
    event,
    at,
  );
  const activity = activityAfter(transcript.activity, event);
  const pace = paceAfter(transcript.pace, turns, event, at);
  return turns === transcript.turns && activity === transcript.activity &&
      pace === transcript.pace
    ? transcript
    : { turns, activity, pace };
}

/**
 * The transcript on a new call: what was half said on the one before stays so.
 */
export function reportNewCall(transcript: Transcript): Transcript {
  const turns = transcript.turns.map((turn): Turn => {
    if (turn.kind !== "message" || turn.status !== "forming") return turn;
    const heard = turn.text ? "complete" : "unintelligible";
    return {
      ...turn,
      status: turn.role === "user" ? heard : "interrupted",
    };
  });
  return { ...transcript, turns };
}

/** The transcript with what is known of a tool call put in. */
export function reportTool(
  transcript: Transcript,
  progress: ToolProgress,
  at: number,
): Transcript {
  const known = transcript.turns.some((turn) =>
    turn.kind === "tool" && turn.callId === progress.callId
  );
  const turns = known
    ? transcript.turns.map((turn) =>
      turn.kind === "tool" && turn.callId === progress.callId
        ? { ...turn, ...progress }
        : turn
    )
    : [...transcript.turns, {
      kind: "tool" as const,
      id: progress.callId,
      at,
      ...progress,
    }];
  return { ...transcript, turns };
}

/**
 * The transcript with a handoff in the place of the call that asked for it; where
 * that has one already, the same transcript.
 *
 * @param handoff Its `callId` may be the id of the call's item, too.
 */
export function reportHandoff(
  transcript: Transcript,
  { callId, from, to }: { callId: string; from: string; to: string },
  at: number,
): Transcript {
  const { turns } = transcript;
  const place = turns.findIndex((turn) =>
    turn.id === callId || (turn.kind === "tool" && turn.callId === callId)
  );
  if (turns[place]?.kind === "handoff") return transcript;
  const turn: HandoffTurn = {
    kind: "handoff",
    id: turns[place]?.id ?? callId,
    at: turns[place]?.at ?? at,
    from,
    to,
  };
  return {
    ...transcript,
    turns: place < 0 ? [...turns, turn] : turns.with(place, turn),
  };
}

/**
 * The transcript with a tripped guardrail behind the answer that it stopped; where
 * it is there already, the same transcript.
 */
export function reportGuardrail(
  transcript: Transcript,
  { itemId, name, reason }: { itemId: string; name: string; reason: string },
  at: number,
): Transcript {
  const { turns } = transcript;
  const id = `${itemId} ${name}`;
  if (turns.some((turn) => turn.id === id)) return transcript;
  const place = turns.findIndex(({ id }) => id === itemId);
  return {
    ...transcript,
    turns: turns.toSpliced(place < 0 ? turns.length : place + 1, 0, {
      kind: "guardrail",
      id,
      at,
      name,
      reason,
    }),
  };
}

function turnsAfter(
  turns: readonly Turn[],
  event: RealtimeServerEvent,
  at: number,
): readonly Turn[] {
  switch (event.type) {
    case "conversation.item.added":
    case "conversation.item.done":
      return withItem(turns, event.item, event.previous_item_id, at);
    case "conversation.item.deleted":
      return turns.filter((turn) => turn.id !== event.item_id);
    case "conversation.item.input_audio_transcription.delta":
      return edit(turns, event.item_id, (turn) => ({
        ...turn,
        text: turn.text + (event.delta ?? ""),
      }));
    case "conversation.item.input_audio_transcription.completed":
      return edit(turns, event.item_id, (turn) => ({
        ...turn,
        text: event.transcript,
        status: "complete",
      }));
    case "conversation.item.input_audio_transcription.failed":
      return edit(turns, event.item_id, (turn) => ({
        ...turn,
        status: "unintelligible",
      }));
    case "response.output_audio_transcript.delta":
    case "response.output_text.delta":
      return edit(turns, event.item_id, (turn) => ({
        ...turn,
        text: turn.text + event.delta,
      }));
    case "response.output_audio_transcript.done":
      return edit(turns, event.item_id, (turn) => ({
        ...turn,
        text: event.transcript,
      }));
    case "response.output_text.done":
      return edit(turns, event.item_id, (turn) => ({
        ...turn,
        text: event.text,
      }));
    default:
      return turns;
  }
}

function edit(
  turns: readonly Turn[],
  id: string,
  change: (turn: MessageTurn) => MessageTurn,
): readonly Turn[] {
  const place = turns.findLastIndex((turn) => turn.id === id);
  const turn = turns[place];
  return turn?.kind === "message" ? turns.with(place, change(turn)) : turns;
}

/** Puts an item behind the one it follows, or brings the known one up to date. */
function withItem(
  turns: readonly Turn[],
  item: ConversationItem,
  previousId: string | null | undefined,
  at: number,
): readonly Turn[] {
  const place = turns.findLastIndex((turn) =>
    turn.id === item.id ||
    (turn.kind === "tool" && item.type === "function_call" &&
      turn.callId === item.call_id)
  );
  const turn = turnOf(item, turns[place], at);
  if (turn === undefined) return turns;
  if (place >= 0) return turns.with(place, turn);
  const before = previousId
    ? turns.findLastIndex((other) => other.id === previousId)
    : -1;
  // An item may follow one that is no turn (a tool's output): then it is last.
  return previousId === null && turns.length > 0
    ? [turn, ...turns]
    : before >= 0
    ? turns.toSpliced(behind(turns, before), 0, turn)
    : [...turns, turn];
}

/** The place behind a turn, and behind the guardrails that stopped it. */
function behind(turns: readonly Turn[], at: number): number {
  let place = at + 1;
  while (turns[place]?.kind === "guardrail") place++;
  return place;
}

function turnOf(
  item: ConversationItem,
  known: Turn | undefined,
  at: number,
): Turn | undefined {
  const id = item.id ?? "";
  if (known?.kind === "handoff") return known;
  if (item.type === "function_call") {
    return {
      status: "running",
      ...(known?.kind === "tool" ? known : {}),
      kind: "tool",
      id,
      at: known?.at ?? at,
      callId: item.call_id ?? "",
      name: item.name,
      arguments: item.arguments,
    };
  }
  if (item.type !== "message" || item.role === "system") return undefined;
  const before = known?.kind === "message" ? known : undefined;
  const text = item.content.map((part) => part.text ?? part.transcript ?? "")
    .join("");
  // A spoken question is complete when it has been recognised, not before.
  const unheard = item.role === "user" &&
    item.content.some((part) =>
      part.type === "input_audio" && !part.transcript
    );
  const status = before && before.status !== "forming"
    ? before.status
    : unheard || item.status === "in_progress"
    ? "forming"
    : item.status === "incomplete"
    ? "interrupted"
    : "complete";
  return {
    ...before,
    kind: "message",
    id,
    at: known?.at ?? at,
    role: item.role,
    // Of a cut answer a new call's model is told only what was heard.
    text: (status === "interrupted" && before?.text) || text ||
      before?.text || "",
    status,
  };
}
