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
  for (let left = length; left > 0;) {
    const byte = randomByte();
    // 248 is the largest multiple of 62 in a byte: dropping what lies above
    // keeps every character equally likely.
    if (byte >= 248) continue;
    id += ALPHABET[byte % 62];
    left--;
  }
  return id;
}

/** Many at once: to ask the platform takes longer than to make an id of them. */
const random = new Uint8Array(4096);
let used = random.length;

/** Each is given once, and is nowhere afterwards. */
function randomByte(): number {
  if (used === random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  const byte = random[used]!;
  random[used++] = 0;
  return byte;
}
