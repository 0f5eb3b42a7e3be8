import type { RealtimeClientEvent, RealtimeServerEvent } from "./events.ts";

/** A live connection to the model: its events in, our events out. */
export interface ModelLink {
  readonly events: AsyncIterable<RealtimeServerEvent>;
  /**
   * Whether all events come through. Where only those of functions do (AG2's
   * wire), nobody can tell when a response is over.
   */
  readonly seesResponses: boolean;
  /** How the link ended, once it has; only where its transport says. */
  readonly closed?: Promise<LinkEnd>;
  send(event: RealtimeClientEvent): void;
  close(reason?: string): Promise<void>;
}

/** Why a link is over, in a WebSocket's terms (RFC 6455, section 7.4). */
export interface LinkEnd {
  code: number;
  reason: string;
}
