import { BlockList, isIP } from "node:net";

/** Addresses and networks, such as `127.0.0.1`, `10.0.0.0/8` and `fd00::/8`. */
export class AddressRanges {
  readonly #list = new BlockList();

  /** @throws {TypeError} naming the entry that is no address and no range. */
  constructor(entries: readonly string[] = []) {
    for (const entry of entries) this.#add(entry);
  }

  /** Whether an address, as {@link addressIn} writes it, is one of these. */
  includes(address: string): boolean {
    const family = familyOf(address);
    return family !== undefined && this.#list.check(address, family);
  }

  #add(entry: string): void {
    const [address = "", prefix, ...rest] = entry.split("/");
    const family = familyOf(address);
    const bits = family === "ipv4" ? 32 : 128;
    const length = prefix === undefined ? bits : Number(prefix);
    if (
      family === undefined || rest.length > 0 || !/^\d+$/.test(prefix ?? "0") ||
      length > bits
    ) {
      throw new TypeError(
        `'${entry}' is no address and no range such as 10.0.0.0/8`,
      );
    }
    this.#list.addSubnet(address, length, family);
  }
}

const LOOPBACK = new AddressRanges(["127.0.0.0/8", "::1"]);

/** Whether an address is the machine's own. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.includes(address);
}

/**
 * The address in a text, in one form for each: a port, brackets and a zone are
 * left out, IPv4 in IPv6 is IPv4, and IPv6 is written as short as it can be.
 * Undefined where there is none.
 */
export function addressIn(text: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ??
    /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/, "");
  if (familyOf(address) !== "ipv6") {
    return familyOf(address) === undefined ? undefined : address;
  }
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  return mapped.slice(1).map((group) => {
    const value = parseInt(group, 16);
    return `${value >> 8}.${value & 255}`;
  }).join(".");
}

/**
 * What stands for a client where only its address is known: the address, or its
 * network of 64 bits, since whoever has one address of IPv6 has all of those.
 */
export function clientAt(address: string): string {
  if (familyOf(address) !== "ipv6") return address;
  const [head = "", tail] = address.split("::");
  const groups = (part: string | undefined) =>
    part ? part.split(":") : [] as string[];
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array(8 - before.length - after.length).fill("0");
  const network = [...before, ...zeros, ...after].slice(0, 4).join(":");
  return `${network}::/64`;
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  switch (isIP(address)) {
    case 4:
      return "ipv4";
    case 6:
      return "ipv6";
  }
}
