import {
  assert,
  assertEquals,
  assertExists,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { scriptsOf, startFixture } from "./fixture_app.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";
const get = await startFixture();
const html = await (await get("/props")).text();

async function headersOf(path: string, init?: RequestInit): Promise<Headers> {
  const response = await get(path, init);
  await response.body?.cancel();
  return response.headers;
}

Deno.test("A static file has a type, a length and an ETag", async () => {
  const response = await get("/logo.svg");
  assertEquals(response.status, 200);
  const body = await response.text();
  assertMatch(body, /^<svg/);
  assertEquals(response.headers.get("content-type"), "image/svg+xml");
  assertEquals(response.headers.get("content-length"), `${body.length}`);
  assertMatch(response.headers.get("etag")!, /^"[0-9a-f]{40}"$/);
});

Deno.test("If-None-Match is answered with 304", async () => {
  const etag = (await headersOf("/logo.svg")).get("etag");
  assertExists(etag);
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const headers = { "if-none-match": tag };
    const response = await get("/logo.svg", { headers });
    assertEquals([response.status, response.body], [304, null]);
  }
  const headers = { "if-none-match": '"other"' };
  assertEquals((await headersOf("/logo.svg", { headers })).get("etag"), etag);
});

Deno.test("Only what names the build may be kept for good", async () => {
  const keyed = /src="(\/logo\.svg\?__frsh_c=[0-9a-f]{40})"/.exec(html)?.[1];
  assertExists(keyed);
  assertStringIncludes(html, `href="${keyed}"`);
  const caching = async (path: string) =>
    (await headersOf(path)).get("cache-control");
  assertEquals(await caching(keyed), IMMUTABLE);
  assertMatch(await caching("/logo.svg") ?? "", /no-store/);
  assertMatch(await caching("/logo.svg?__frsh_c=0") ?? "", /no-store/);
  for (const script of scriptsOf(html)) {
    assertMatch(script, /^\/_fresh\/js\/[0-9a-f]{40}\//);
    assertEquals(await caching(script), IMMUTABLE);
  }
});

Deno.test("HEAD has the headers alone; other methods are refused", async () => {
  const head = await get("/logo.svg", { method: "HEAD" });
  assertEquals([head.status, head.body], [200, null]);
  assert(head.headers.has("content-length"));
  assertEquals((await get("/logo.svg", { method: "POST" })).status, 405);
});

Deno.test("Paths lead nowhere but to the listed files", async () => {
  for (const path of ["/main.ts", "/..%2fmain.ts", "/static/logo.svg"]) {
    assertEquals((await get(path)).status, 404, path);
  }
});

Deno.test("In development nothing is kept", async () => {
  const headers = await (await startFixture("development"))("/logo.svg");
  await headers.body?.cancel();
  assertMatch(headers.headers.get("cache-control")!, /no-store/);
  assertEquals(headers.headers.get("etag"), null);
});
