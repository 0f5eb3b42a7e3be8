import { createHash } from "node:crypto";
import type { SessionHost } from "./host.ts";

/** Nobody guesses one. */
const TOKEN_BYTES = 32;

/**
 * The conversations that a page can come back to, by the token of their `ready`.
 * A token is good once and as long as its conversation; only its hash is kept.
 */
export class Resumptions {
  readonly #conversations = new Map<string, SessionHost>();
  readonly #hashes = new Map<SessionHost, string>();

  /** A token for a conversation that has none, or whose token is spent. */
  issue(conversation: SessionHost): string {
    const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))
      .toBase64({ alphabet: "base64url", omitPadding: true });
    const hash = hashOf(token);
    this.#conversations.set(hash, conversation);
    this.#hashes.set(conversation, hash);
    return token;
  }

  /** The conversation of a token; that is spent with it. */
  redeem(token: string): SessionHost | undefined {
    const conversation = this.#conversations.get(hashOf(token));
    if (conversation !== undefined) this.forget(conversation);
    return conversation;
  }

  /** There is no coming back to this conversation. */
  forget(conversation: SessionHost): void {
    const hash = this.#hashes.get(conversation);
    if (hash === undefined) return;
    this.#hashes.delete(conversation);
    this.#conversations.delete(hash);
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
