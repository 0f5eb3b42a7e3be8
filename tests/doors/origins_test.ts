import { assertEquals, assertThrows } from "@std/assert";
import { isForeign, originIn } from "../../lib/doors/origins.ts";

Deno.test("origins are written as browsers write them", () => {
  assertEquals(originIn("https://Example.com:443/"), "https://example.com");
  assertEquals(originIn("http://localhost:5173"), "http://localhost:5173");
  for (
    const text of [
      "example.com",
      "*",
      "null",
      "https://*",
      "https://a.test/path",
      "https://a.test?x",
      "https://user@a.test",
      "file:///x",
    ]
  ) assertThrows(() => originIn(text), TypeError, `'${text}' is no origin`);
});

Deno.test("foreign is what a browser sends for another site's page to change something", () => {
  const own = "http://own.test";
  const foreign = (
    method: string,
    headers: Record<string, string>,
    allowed: string[] = [],
  ) => isForeign({ method, headers: new Headers(headers) }, own, allowed);
  const origin = "https://evil.test";
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "ODD"]) {
    assertEquals(foreign(method, { origin }), true, method);
  }
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    assertEquals(foreign(method, { origin }), false, method);
  }
  assertEquals(foreign("GET", { origin, upgrade: "WebSocket" }), true);
  assertEquals(foreign("POST", {}), false);
  assertEquals(foreign("POST", { origin: own }), false);
  assertEquals(foreign("POST", { origin: "https://own.test" }), true);
  assertEquals(foreign("POST", { origin }, [origin]), false);
  assertEquals(foreign("POST", { origin: "" }), true);
  assertEquals(
    foreign("POST", { origin: "null", "sec-fetch-site": "same-site" }),
    true,
  );
});
