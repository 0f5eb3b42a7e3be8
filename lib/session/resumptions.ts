import type { LiveSession, LiveSessions } from "../store/live_sessions.ts";
import type { SessionHost } from "./host.ts";
import { hashOf } from "./tokens.ts";

/** A conversation that a page has come back to. */
export interface Redeemed {
  session: LiveSession;
  /** Where this process has it, and nobody else has had it since. */
  host: SessionHost | undefined;
}

/** The conversations that pages can come back to: those here, and those of others. */
export class Resumptions {
  /** How other processes know this one. */
  readonly server: string;
  readonly #live: () => Promise<LiveSessions>;
  readonly #here = new Map<string, SessionHost>();
  /** Whose token it is, by its hash. */
  readonly #tokens = new Map<string, SessionHost>();

  constructor(live: () => Promise<LiveSessions>, server: string) {
    this.#live = live;
    this.server = server;
  }

  /** A token for a conversation that is here. */
  issue(host: SessionHost): string {
    const { record } = host;
    for (const hash of record.session.tokens) this.#tokens.delete(hash);
    const token = record.issueToken();
    this.#here.set(record.session.id, host);
    for (const hash of record.session.tokens) this.#tokens.set(hash, host);
    return token;
  }

  /**
   * Takes over the conversation of a token; undefined where there is none.
   *
   * @throws where the database does not answer.
   */
  async redeem(token: string): Promise<Redeemed | undefined> {
    const hash = hashOf(token);
    const claim = async () =>
      await (await this.#live()).claim(hash, this.server);
    const session =
      await (this.#tokens.get(hash)?.record.claim(claim) ?? claim());
    if (session === undefined) return undefined;
    const host = this.#here.get(session.id);
    if (host === undefined || host.record.session.epoch === session.epoch) {
      return { session, host };
    }
    // Another process has had it meanwhile.
    host.letGo();
    return { session, host: undefined };
  }

  /** This conversation is not here any more. */
  forget(host: SessionHost): void {
    const { id, tokens } = host.record.session;
    if (this.#here.get(id) === host) this.#here.delete(id);
    for (const hash of tokens) {
      if (this.#tokens.get(hash) === host) this.#tokens.delete(hash);
    }
  }
}
