import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** How long a signed-in browser stays signed in, in seconds. */
export const SIGNED_IN_SECONDS = 7 * 24 * 60 * 60;

/** What a cookie of {@link AccessToken.pass} is worth. */
export type PassState = "good" | "expired" | "forged";

/** The server's access token, and the passes that browsers get for it. */
export class AccessToken {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** Whether this is the token; takes as long whatever is wrong with it. */
  matches(candidate: string): boolean {
    // Hashes are of one length, as the comparison demands.
    const hash = (text: string) => createHash("sha256").update(text).digest();
    return timingSafeEqual(hash(candidate), hash(this.#token));
  }

  /**
   * What a browser that has shown the token shows from now on. It does not hold
   * the token, any server with the same token knows it, and another token makes
   * it worthless.
   *
   * @param now Milliseconds since 1970.
   */
  pass(now: number): string {
    const expires = String(Math.floor(now / 1000) + SIGNED_IN_SECONDS);
    return `${expires}.${this.#sign(expires).toString("base64url")}`;
  }

  /** @param now Milliseconds since 1970. */
  check(pass: string, now: number): PassState {
    const [, expires = "", signature = ""] =
      /^(\d{1,12})\.([\w-]{43})$/.exec(pass) ?? [];
    if (
      signature === "" ||
      !timingSafeEqual(
        Buffer.from(signature, "base64url"),
        this.#sign(expires),
      )
    ) return "forged";
    return Number(expires) * 1000 > now ? "good" : "expired";
  }

  #sign(expires: string): Buffer {
    return createHmac("sha256", this.#token)
      .update(`parley sign-in until ${expires}`).digest();
  }
}
