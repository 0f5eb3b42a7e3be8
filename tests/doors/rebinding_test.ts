import { assertEquals, assertStringIncludes } from "@std/assert";
import { AddressRanges } from "../../lib/doors/addresses.ts";
import { isRebound } from "../../lib/doors/rebinding.ts";
import { House } from "./house.ts";

const LOCAL = {
  host: "127.0.0.1",
  allowedOrigins: ["http://dev.test:8000"],
  trustedProxies: new AddressRanges([]),
};

function rebound(
  origin: string,
  { address = "127.0.0.1", asksForToken = false, ...config }:
    & Partial<typeof LOCAL>
    & { address?: string; asksForToken?: boolean } = {},
): boolean {
  return isRebound(
    { address, origin, passedOn: false },
    { ...LOCAL, ...config },
    asksForToken,
  );
}

Deno.test("a name that somebody else has given this machine is none of its own", () => {
  assertEquals(rebound("http://evil.test:8000"), true);
  assertEquals(rebound("http://localhost.evil.test:8000"), true);
  assertEquals(rebound("http://evil.test:8000", { address: "::1" }), true);
  for (
    const own of [
      "http://localhost:8000",
      "http://parley.localhost:8000",
      "http://127.0.0.1:8000",
      "http://[::1]:8000",
      "http://dev.test:8000",
    ]
  ) assertEquals(rebound(own), false, own);
});

Deno.test("where something else keeps strangers out any name will do", () => {
  const name = "http://parley.test";
  assertEquals(rebound(name, { asksForToken: true }), false);
  assertEquals(rebound(name, { host: "0.0.0.0" }), false);
  assertEquals(rebound(name, { address: "192.0.2.1" }), false);
  assertEquals(
    rebound(name, { trustedProxies: new AddressRanges(["127.0.0.1"]) }),
    false,
  );
});

Deno.test("a page of a rebound name gets nothing, and is told how to go on", async () => {
  await using house = new House({ environment: { HOST: "127.0.0.1" } });
  const name = "evil.test:8000";
  // As that name's own page would send it.
  const { status, body } = await house.refusal("127.0.0.1", {
    "host": name,
    "origin": `http://${name}`,
    "sec-fetch-site": "same-origin",
  });
  assertEquals(status, 403);
  assertStringIncludes(body.error, `'http://${name}'`);
  assertStringIncludes(body.error, "ALLOWED_ORIGINS");
  assertEquals(house.refusals, ["127.0.0.1: foreign_name"]);
});
