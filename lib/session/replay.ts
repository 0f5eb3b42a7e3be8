import { outputItem } from "../engine/output_item.ts";
import type {
  ConversationItem,
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { ModelLink } from "../realtime/link.ts";
import type { Turn } from "../realtime/turns.ts";

/** The most that a new session is told of what was before: the latest of it. */
const MAX_TURNS = 200;
const MAX_CHARACTERS = 60_000;

/** An id that the wire does not take, in characters. */
const MAX_ID = 32;

/** Tells the model where it is; without it, it would greet again. */
const ANCHOR =
  "The connection was renewed in the middle of a conversation. What follows was said and done in it, with the same person. Go on where it stopped: do not greet, do not introduce yourself and do not repeat what was said; where the person still waits for an answer, give it.";

/**
 * Tells a new session of the model what has been said and done: messages as
 * text, tools as their calls and outputs, so that data stays data.
 *
 * @param history Has to be read first; what is sent meanwhile comes behind it.
 * @returns The link without the events that tell of this.
 */
export function replay(
  link: ModelLink,
  history: Promise<readonly Turn[]>,
): ModelLink {
  const told = new Set<string | undefined>();
  /** Undefined once the history has been told. */
  let waiting: RealtimeClientEvent[] | undefined = [];
  history.then((turns) => {
    tell(link, turns, told);
    for (const event of waiting ?? []) link.send(event);
    waiting = undefined;
  });
  return {
    ...without(link, (event) =>
      (event.type === "conversation.item.added" ||
        event.type === "conversation.item.done") && told.has(event.item.id)),
    send: (event) => {
      if (waiting === undefined) link.send(event);
      else waiting.push(event);
    },
  };
}

/** @param told Is given the ids of what is told. */
function tell(
  link: ModelLink,
  turns: readonly Turn[],
  told: Set<string | undefined>,
): void {
  const items = itemsOf(turns);
  if (items.length > 0) {
    items.unshift({
      id: newId("item"),
      type: "message",
      role: "system",
      content: [{ type: "input_text", text: ANCHOR }],
    });
  }
  const event_id = newId("event");
  for (const item of items) {
    told.add(item.id);
    link.send({ type: "conversation.item.create", event_id, item });
  }
}

/** Whether the person waits for an answer, or for the rest of one. */
export function owesAnswer(turns: readonly Turn[]): boolean {
  const last = turns.findLast((turn) =>
    turn.kind !== "message" || turn.text.trim() !== ""
  );
  switch (last?.kind) {
    case "message":
      return last.role === "user" || last.status === "forming";
    case "tool":
      // While it runs, its output will ask for one.
      return last.output !== undefined;
    default:
      return last !== undefined;
  }
}

/** A link without some of its events. */
export function without(
  link: ModelLink,
  hidden: (event: RealtimeServerEvent) => boolean,
): ModelLink {
  async function* events(): AsyncGenerator<RealtimeServerEvent> {
    for await (const event of link.events) if (!hidden(event)) yield event;
  }
  return {
    events: events(),
    seesResponses: link.seesResponses,
    closed: link.closed,
    send: (event) => link.send(event),
    close: (reason) => link.close(reason),
  };
}

function itemsOf(turns: readonly Turn[]): ConversationItem[] {
  const items: ConversationItem[] = [];
  let characters = 0;
  for (const turn of turns.slice(-MAX_TURNS).toReversed()) {
    const told = itemsOfTurn(turn);
    characters += JSON.stringify(told).length;
    if (characters > MAX_CHARACTERS) break;
    items.unshift(...told);
  }
  return items;
}

function itemsOfTurn(turn: Turn): ConversationItem[] {
  const id = turn.id.length <= MAX_ID ? turn.id : newId("item");
  switch (turn.kind) {
    case "message": {
      const text = turn.status === "interrupted"
        ? turn.text.slice(0, turn.heard ?? turn.text.length)
        : turn.text;
      if (text.trim() === "") return [];
      return [
        turn.role === "user"
          ? {
            id,
            type: "message",
            role: "user",
            content: [{ type: "input_text", text }],
          }
          : {
            id,
            type: "message",
            role: "assistant",
            content: [{ type: "output_text", text }],
          },
      ];
    }
    case "tool": {
      const { callId, name, arguments: args, output } = turn;
      return [
        {
          id: id === callId ? newId("item") : id,
          type: "function_call",
          call_id: callId,
          name,
          arguments: args,
        },
        ...output === undefined ? [] : [outputItem(callId, output)],
      ];
    }
    default:
      // Who has the conversation now, the session itself says.
      return [];
  }
}
