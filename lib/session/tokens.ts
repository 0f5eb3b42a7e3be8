import { createHash } from "node:crypto";

/** Nobody guesses one. */
const TOKEN_BYTES = 32;

/** A token by which a page comes back to its conversation. */
export function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** What is kept of a token: whoever reads it can't come back with it. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
