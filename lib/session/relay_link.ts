import type { ModelLink } from "../realtime/link.ts";
import { EventQueue } from "../realtime/event_queue.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";

/**
 * The relay: the browser holds the call and carries the events between its data
 * channel and Parley. What comes in was written by the browser, so it is only as
 * honest as the browser is.
 */
export class RelayLink implements ModelLink {
  readonly events = new EventQueue<RealtimeServerEvent>();
  readonly seesResponses: boolean;
  #send: (event: RealtimeClientEvent) => void;

  constructor(
    send: (event: RealtimeClientEvent) => void,
    options: { seesResponses: boolean },
  ) {
    this.#send = send;
    this.seesResponses = options.seesResponses;
  }

  /** Takes an event that the browser relayed. */
  relayed(event: { type: string }): void {
    if (isUsable(event)) this.events.push(event);
  }

  send(event: RealtimeClientEvent): void {
    this.#send(event);
  }

  close(): Promise<void> {
    this.events.end();
    return Promise.resolve();
  }
}

/** The fields that the agent loop reads, of the events that it acts on. */
function isUsable(
  event: { type: string } & Record<string, unknown>,
): event is RealtimeServerEvent & Record<string, unknown> {
  const isObject = (value: unknown) =>
    typeof value === "object" && value !== null;
  switch (event.type) {
    case "response.function_call_arguments.done":
      return typeof event.call_id === "string" &&
        typeof event.name === "string" && typeof event.arguments === "string";
    case "response.created":
    case "response.done":
      return isObject(event.response);
    case "error":
      return isObject(event.error);
    default:
      return true;
  }
}
