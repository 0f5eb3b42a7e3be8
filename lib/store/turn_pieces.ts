import type { Turn } from "../realtime/turns.ts";

/**
 * The most bytes in a piece. Deno KV takes values of 64 KiB
 * (https://docs.deno.com/deploy/kv/transactions/), of which its own format needs
 * a little.
 */
const PIECE_BYTES = 60_000;

/**
 * The most pieces that a turn has, so that one transaction holds them all: it
 * takes 800 KiB.
 */
export const MAX_PIECES = 10;

/** The most bytes of a turn. */
export const MAX_BYTES = PIECE_BYTES * MAX_PIECES;

/**
 * What is left of each of a turn's texts, in characters, when it is too long as
 * a whole: four of them fit even where each character takes six bytes.
 */
const CUT_CHARACTERS = 20_000;

/** A turn as bytes, in pieces that a database takes; the first may be the only one. */
export function piecesOf(turn: Turn): Uint8Array[] {
  const whole = encode(turn);
  const bytes = whole.length <= MAX_BYTES ? whole : encode(cut(turn));
  return Array.from(
    { length: Math.ceil(bytes.length / PIECE_BYTES) },
    // Copies: a part of an array is kept with the whole of it.
    (_, at) => bytes.slice(at * PIECE_BYTES, (at + 1) * PIECE_BYTES),
  );
}

/** The turn that {@link piecesOf} took apart. */
export function turnOf(pieces: readonly Uint8Array[]): Turn {
  const decoder = new TextDecoder();
  const text = pieces.map((piece) => decoder.decode(piece, { stream: true }));
  return JSON.parse(text.join("") + decoder.decode());
}

function encode(turn: Turn): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(turn));
}

function cut(turn: Turn): Turn {
  const entries = Object.entries(turn).map(([name, value]) => {
    const rest = typeof value === "string" ? value.length - CUT_CHARACTERS : 0;
    return rest <= 0
      ? [name, value]
      : [name, `${value.slice(0, CUT_CHARACTERS)}\n[Cut: ${rest} more]`];
  });
  return Object.fromEntries(entries);
}
