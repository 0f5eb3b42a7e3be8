import type { ModelLink } from "../realtime/link.ts";
import { EventQueue } from "../realtime/event_queue.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { isUsable } from "./relayed_event.ts";

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
