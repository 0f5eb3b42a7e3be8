/** The prefixes that the realtime wire puts before its identifiers. */
export type IdPrefix =
  | "event"
  | "item"
  | "resp"
  | "conv"
  | "sess"
  | "call"
  | "rtc"
  | "ek";

const ALPHABET =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * A fresh random identifier such as `item_9dQ…`: the prefix, then `length`
 * letters and digits (about 5.95 bits each) from the platform's secure source.
 */
export function newId(prefix: IdPrefix, length = 22): string {
  let id = `${prefix}_`;
  while (id.length < prefix.length + 1 + length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) {
      // 248 is the largest multiple of 62 in a byte: dropping what lies above
      // keeps every character equally likely.
      if (byte >= 248) continue;
      id += ALPHABET[byte % 62];
      if (id.length === prefix.length + 1 + length) break;
    }
  }
  return id;
}
