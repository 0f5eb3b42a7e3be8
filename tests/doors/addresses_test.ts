import { assertEquals, assertThrows } from "@std/assert";
import {
  addressIn,
  AddressRanges,
  clientAt,
  isLoopback,
} from "../../lib/doors/addresses.ts";
import { callerOf } from "../../lib/doors/caller.ts";

Deno.test("addresses have one form each", () => {
  for (
    const [text, address] of [
      ["10.0.0.1", "10.0.0.1"],
      ["10.0.0.1:8080", "10.0.0.1"],
      ["::ffff:10.0.0.1", "10.0.0.1"],
      ["[::ffff:a00:1]:8080", "10.0.0.1"],
      ["2001:DB8:0:0::1", "2001:db8::1"],
      ["[2001:db8::1]", "2001:db8::1"],
      ["fe80::1%eth0", "fe80::1"],
      ["::1", "::1"],
      ["", undefined],
      ["unknown", undefined],
      ["10.0.0", undefined],
      ["10.0.0.256", undefined],
      ["10.0.0.1:80:80", undefined],
      ["[10.0.0.1", undefined],
    ] as const
  ) assertEquals(addressIn(text), address, text);
});

Deno.test("an address is in the ranges that hold it, and in no other", () => {
  const ranges = new AddressRanges(["10.0.0.0/8", "192.0.2.7", "fd00::/8"]);
  for (const address of ["10.0.0.1", "10.255.0.1", "192.0.2.7", "fd12::1"]) {
    assertEquals(ranges.includes(address), true, address);
  }
  for (const address of ["11.0.0.1", "192.0.2.8", "fe80::1", "", "nobody"]) {
    assertEquals(ranges.includes(address), false, address);
  }
  assertEquals(new AddressRanges(["0.0.0.0/0"]).includes("1.2.3.4"), true);
});

Deno.test("what is no range is named", () => {
  for (
    const entry of ["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8/8", "x"]
  ) {
    assertThrows(
      () => new AddressRanges(["10.0.0.1", entry]),
      TypeError,
      `'${entry}' is no address and no range such as 10.0.0.0/8`,
    );
  }
});

Deno.test("the machine's own addresses are known", () => {
  assertEquals(["127.0.0.1", "127.255.0.9", "::1"].map(isLoopback), [
    true,
    true,
    true,
  ]);
  assertEquals(["128.0.0.1", "::2", "", "localhost"].some(isLoopback), false);
});

Deno.test("a client of IPv6 is its network of 64 bits", () => {
  assertEquals(clientAt("203.0.113.1"), "203.0.113.1");
  assertEquals(clientAt("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  assertEquals(clientAt("2001:db8::1"), "2001:db8:0:0::/64");
  assertEquals(clientAt("::1"), "0:0:0:0::/64");
  assertEquals(clientAt(""), "");
});

Deno.test("of a chain of proxies the last that is not trusted is the client", () => {
  const trusted = new AddressRanges(["10.0.0.0/8"]);
  const seen = (remote: string, headers: Record<string, string>) => {
    const request = {
      url: "http://parley.test:8000/x",
      headers: new Headers(headers),
    };
    const { address, origin, passedOn } = callerOf(request, remote, trusted);
    return [address, origin, ...passedOn ? ["passed on"] : []];
  };
  const own = "http://parley.test:8000";
  for (
    const [remote, headers, expected] of [
      ["203.0.113.1", {}, ["203.0.113.1", own]],
      ["::ffff:203.0.113.1", {}, ["203.0.113.1", own]],
      ["", {}, ["", own]],
      // Nobody who is not trusted can be somebody else.
      [
        "203.0.113.1",
        { "x-forwarded-for": "10.0.0.1", "x-forwarded-proto": "https" },
        ["203.0.113.1", own, "passed on"],
      ],
      // What stands before a client's own address was written by it.
      [
        "10.0.0.1",
        { "x-forwarded-for": "127.0.0.1, 203.0.113.1" },
        ["203.0.113.1", own],
      ],
      [
        "10.0.0.1",
        {
          "x-forwarded-for": "127.0.0.1, 203.0.113.1, 10.0.0.2",
          "x-forwarded-proto": "ftp, https, http",
          "x-forwarded-host": "evil.test, talk.test, inner.test",
        },
        ["203.0.113.1", "https://talk.test"],
      ],
      [
        "10.0.0.1",
        { "x-forwarded-for": "unknown", "x-forwarded-proto": "https" },
        ["10.0.0.1", "https://parley.test:8000"],
      ],
      ["10.0.0.1", { "x-forwarded-for": " , " }, ["10.0.0.1", own]],
      ["10.0.0.1", { "x-forwarded-host": "talk test" }, ["10.0.0.1", own]],
      ["10.0.0.1", { "x-forwarded-proto": "javascript" }, ["10.0.0.1", own]],
      [
        "10.0.0.1",
        { "x-forwarded-for": "10.0.0.3, 10.0.0.2" },
        ["10.0.0.3", own],
      ],
    ] as [string, Record<string, string>, string[]][]
  ) assertEquals(seen(remote, headers), expected, JSON.stringify(headers));
});
