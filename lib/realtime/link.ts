import type { RealtimeClientEvent, RealtimeServerEvent } from "./events.ts";

/** A live connection to the model: its events in, our events out. */
export interface ModelLink {
  readonly events: AsyncIterable<RealtimeServerEvent>;
  /**
   * Whether all events come through. Where only those of functions do (AG2's
   * wire), nobody can tell when a response is over.
   */
  readonly seesResponses: boolean;
  send(event: RealtimeClientEvent): void;
  close(reason?: string): Promise<void>;
}
