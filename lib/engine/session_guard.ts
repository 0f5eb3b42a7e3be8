/**
 * Tells Parley's own changes of a session from anybody else's. Each change that
 * the peer accepts comes back as one `session.updated`: one more than Parley asked
 * for means that somebody else has changed the session.
 */
export class SessionGuard {
  #expected = new Set<string>();
  #foreign = 0;

  /** Parley sends a `session.update` with this `event_id`. */
  sent(eventId: string): void {
    this.#expected.add(eventId);
  }

  /** The peer refused an event; if it was a change of ours, none comes back. */
  refused(eventId: string): void {
    this.#expected.delete(eventId);
  }

  /** A `session.updated` came: ours, or the how-manieth of somebody else's. */
  updated(): "ours" | number {
    const [oldest] = this.#expected;
    if (oldest === undefined) return ++this.#foreign;
    this.#expected.delete(oldest);
    return "ours";
  }
}
