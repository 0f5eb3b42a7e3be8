import * as fc from "fast-check";
import { assert } from "@std/assert";
import { isIP } from "node:net";
import { Call, checkOffer, OfferError } from "../../lib/local/call.ts";
import { openSession } from "../local/peer.ts";
import { expand, garbled, hostileText } from "./hostile.ts";
import { OFFERS } from "./offer_samples.ts";
import type { Surface } from "./surface.ts";

/** What lines say beside what they should. */
const VALUES = fc.oneof(
  hostileText,
  fc.constantFrom(
    "-1",
    "0",
    "4294967296",
    "active",
    "passive",
    "holdconn",
    "sha-1 00",
    "sha-256 zz",
    "111 opus/48000/2",
    "*",
    "inactive",
    "recvonly",
    "video 9 UDP/TLS/RTP/SAVPF 96",
    "audio 0 RTP/AVP 0",
    "1 1 tcp 5 127.0.0.1 9 typ host tcptype active",
    "1 1 udp 5 127.0.0.1 99999 typ relay raddr 127.0.0.1 rport x",
    "1 2 udp x name.invalid 9 typ host",
  ),
);

const change = fc.record({
  line: fc.nat(200),
  to: fc.nat(200),
  kind: fc.constantFrom("drop", "double", "move", "value", "add", "section"),
  value: VALUES,
});

/** A browser's offer with lines lost, doubled, moved and rewritten. */
const bentOffer = fc.tuple(
  fc.constantFrom(...OFFERS),
  fc.array(change, { maxLength: 4 }),
).map(([offer, changes]) =>
  changes.reduce((lines, { line, to, kind, value }) => {
    const at = line % lines.length;
    const chosen = lines[at]!;
    switch (kind) {
      case "drop":
        return lines.toSpliced(at, 1);
      case "double":
        return lines.toSpliced(at, 0, chosen);
      case "move":
        return lines.toSpliced(at, 1).toSpliced(to % lines.length, 0, chosen);
      case "value":
        return lines.toSpliced(at, 1, chosen.replace(/[:= ].*/, `=${value}`));
      case "section":
        return [...lines, ...lines.slice(at)];
      default:
        return lines.toSpliced(at, 0, chosen.replace(/:.*/, `:${value}`));
    }
  }, offer.split("\r\n")).join("\r\n")
);

/** Any text that somebody may post as an offer; it leads to no other machine. */
export const hostileOffer: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: bentOffer, weight: 4 },
  { arbitrary: garbled(bentOffer), weight: 4 },
  { arbitrary: hostileText, weight: 1 },
).map((offer) => atHome(offer));

/** Offers, up to the answer. */
export const offers: Surface<string> = {
  name: "offers",
  share: 6,
  short: 40,
  inputs: hostileOffer,
  open: () =>
    Promise.resolve({
      async check(input, seen) {
        const offer = expand(input);
        const { session, clock } = openSession();
        try {
          checkOffer(offer);
          const call = new Call(() => {}, clock);
          try {
            const answer = await call.answer(offer, session);
            assert(answer.startsWith("v=0\r\n"));
            seen.accepted();
          } finally {
            await call.close();
          }
        } catch (error) {
          if (!(error instanceof OfferError)) throw error;
          const { length } = error.message;
          assert(length < 300, `A message of ${length} characters`);
          seen.refused("OfferError");
        } finally {
          session.close();
        }
      },
      close: () => Promise.resolve(),
    }),
};

/** Has every candidate lead to this machine, or to a name that nobody has. */
function atHome(offer: string): string {
  return offer.replaceAll(
    /(candidate:(?:\S+\s+){4})(\S+)/g,
    (_, before, address: string) =>
      before +
      (address === "127.0.0.1" || address === "::1"
        ? address
        : isIP(address) === 0
        ? "name.invalid"
        : "127.0.0.1"),
  );
}
