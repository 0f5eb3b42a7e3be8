import { EventQueue } from "../realtime/event_queue.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import type { LinkEnd, ModelLink } from "../realtime/link.ts";
import type { PeerSession } from "./peer_session.ts";

/** A link to a session of the embedded peer in this process, without a socket. */
export class PeerLink implements ModelLink {
  readonly events = new EventQueue<RealtimeServerEvent>();
  readonly seesResponses = true;
  readonly closed: Promise<LinkEnd>;
  readonly #session: PeerSession;
  readonly #unsubscribe: () => void;
  readonly #ended: (end: LinkEnd) => void;

  constructor(session: PeerSession) {
    const { promise, resolve } = Promise.withResolvers<LinkEnd>();
    this.closed = promise;
    this.#ended = resolve;
    this.#session = session;
    this.#unsubscribe = session.subscribe(
      // A copy, as over the wire: neither side sees what the other changes.
      (event) => this.#receive(structuredClone(event)),
      () => this.#finish({ code: 1001, reason: "The session has ended" }),
    );
  }

  send(event: RealtimeClientEvent): void {
    if (this.events.ended) return;
    this.#session.receive(JSON.stringify(event)).catch((error) => {
      this.events.fail(error);
      void this.close("The peer failed");
    });
  }

  close(reason = ""): Promise<void> {
    this.#unsubscribe();
    this.#finish({ code: 1000, reason });
    return Promise.resolve();
  }

  #receive(event: RealtimeServerEvent): void {
    this.events.push(event);
    if (this.events.ended) void this.close("Events were not read");
  }

  #finish(end: LinkEnd): void {
    this.events.end();
    this.#ended(end);
  }
}
