import type { SessionConfig } from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";

/** Seconds a client secret lives where the client asks for nothing else. */
export const DEFAULT_SECRET_SECONDS = 600;
/** How many unexpired secrets are kept; the oldest goes first. */
const MAX_SECRETS = 10_000;

/** A short-lived key that lets a browser start sessions of one configuration. */
export interface ClientSecret {
  value: string;
  /** Seconds since 1970. */
  expiresAt: number;
  session: SessionConfig;
}

/** The client secrets that this peer has given out. */
export class ClientSecrets {
  #secrets = new Map<string, ClientSecret>();
  #now: () => number;

  /** @param now Milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  mint(session: SessionConfig, seconds = DEFAULT_SECRET_SECONDS): ClientSecret {
    this.#forgetExpired();
    const secret = {
      value: newId("ek", 32),
      expiresAt: Math.floor(this.#now() / 1000) + seconds,
      session,
    };
    this.#secrets.set(secret.value, secret);
    return secret;
  }

  /** The secret, if it was given out here and has not expired. */
  find(value: string): ClientSecret | "expired" | "unknown" {
    const secret = this.#secrets.get(value);
    if (secret === undefined) return "unknown";
    return secret.expiresAt * 1000 > this.#now() ? secret : "expired";
  }

  /**
   * An expired secret is remembered for as long as it had lived, so that its
   * user can be told the difference between late and wrong.
   */
  #forgetExpired(): void {
    const seconds = this.#now() / 1000;
    for (const [value, { expiresAt }] of this.#secrets) {
      if (
        seconds > expiresAt + DEFAULT_SECRET_SECONDS ||
        this.#secrets.size >= MAX_SECRETS
      ) this.#secrets.delete(value);
    }
  }
}
