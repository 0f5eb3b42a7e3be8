import { signal } from "@preact/signals";

/** What devalue writes, as numbers below zero, for what JSON lacks. */
const CONSTANTS = [undefined, undefined, NaN, Infinity, -Infinity, -0];
const HOLE = -2;
const SPARSE = -7;

/**
 * Reads what devalue's `stringify` wrote: a list of values that name one another
 * by their places in it, the first of which is the whole. A fraction of devalue's
 * own reader, as it takes the text for well-formed and knows no rare kinds.
 *
 * @throws {TypeError} for a value that islands can't get.
 */
export function readProps(text: string): unknown {
  const entries: unknown[] = JSON.parse(text);
  const values: unknown[] = [];

  const at = (place: unknown): unknown => {
    const index = place as number;
    if (index < 0) return CONSTANTS[-1 - index];
    return index in values ? values[index] : read(index);
  };

  /** What holds others is kept before they are read: they may lead back to it. */
  const read = (index: number): unknown => {
    const keep = <Value>(value: Value) => values[index] = value;
    const entry = entries[index];
    if (typeof entry !== "object" || entry === null) return keep(entry);
    if (!Array.isArray(entry)) {
      const object = keep<Record<string, unknown>>({});
      for (const [key, place] of Object.entries(entry)) object[key] = at(place);
      return object;
    }
    const [tag, ...rest] = entry;
    if (tag === SPARSE) {
      const array = keep(new Array(rest[0]));
      for (let i = 1; i < rest.length; i += 2) array[rest[i]] = at(rest[i + 1]);
      return array;
    }
    if (typeof tag !== "string") {
      const array = keep(new Array(entry.length));
      entry.forEach((place, i) => {
        if (place !== HOLE) array[i] = at(place);
      });
      return array;
    }
    switch (tag) {
      case "Signal": {
        const made = keep(signal<unknown>(undefined));
        [made.value] = at(rest[0]) as [unknown];
        return made;
      }
      case "Map": {
        const map = keep(new Map());
        for (let i = 0; i < rest.length; i += 2) {
          map.set(at(rest[i]), at(rest[i + 1]));
        }
        return map;
      }
      case "Set": {
        const set = keep(new Set());
        for (const place of rest) set.add(at(place));
        return set;
      }
      case "BigInt":
        return keep(BigInt(rest[0]));
      case "Date":
        return keep(new Date(rest[0] || NaN));
      case "RegExp":
        return keep(new RegExp(rest[0], rest[1]));
      case "URL":
        return keep(new URL(rest[0]));
      case "ArrayBuffer":
        return keep(
          Uint8Array.from(atob(rest[0]), (byte) => byte.charCodeAt(0)).buffer,
        );
      case "Uint8Array":
        return keep(
          new Uint8Array(at(rest[0]) as ArrayBuffer, rest[1], rest[2]),
        );
    }
    throw new TypeError(`Can't read the prop of an island: it is a ${tag}`);
  };
  return at(0);
}
