import {
  assert,
  assertEquals,
  assertExists,
  assertGreater,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import type { Signal } from "@preact/signals";
import { readRevivalData } from "../../jsr/fresh/runtime/revival.ts";
import { scriptsOf, startFixture } from "./fixture_app.ts";

const get = await startFixture();
const page = async (path: string) => await (await get(path)).text();

/** What a page tells the browser about its islands. */
function stateOf(html: string) {
  const text = /id="__FRSH_STATE"[^>]*>([^<]*)<\/script>/.exec(html)?.[1];
  assertExists(text);
  return readRevivalData(text);
}

Deno.test("Islands are rendered between comments, without wrappers", async () => {
  assertStringIncludes(
    await page("/counters"),
    '<main data-trail="main root"><!--island:0-->' +
      '<button type="button" id="one">+</button><output>3</output>' +
      "<!--/island:0--><!--island:1--><!--/island:1-->" +
      '<!--island:2--><b class="double">6</b><!--/island:2--><p>',
  );
});

Deno.test("An island inside of another has no comments of its own", async () => {
  const html = await page("/props");
  assertStringIncludes(html, 'id="inner"');
  assertEquals(html.match(/<!--\/?island:\d+-->/g)?.length, 2);
});

Deno.test("A signal that two islands share is sent once", async () => {
  const islands = stateOf(await page("/counters"));
  assertEquals(
    islands.map(([, name]) => name),
    ["Counter", "Double", "Double", "Counter", "Counter"],
  );
  const counts = islands.map(([, , { count }]) => count as Signal<number>);
  assertEquals(counts.map(({ value }) => value), [3, 0, 3, 3, 0]);
  const [shared, zero] = counts;
  assertEquals(counts.map((count) => count === shared), [
    true,
    false,
    true,
    true,
    false,
  ]);
  assert(counts[4] === zero);
});

Deno.test("Props of every kind reach the browser as they were", async () => {
  const [island] = stateOf(await page("/props"));
  assertExists(island);
  const [, name, { cycle, signal, same, ...rest }] = island;
  assertEquals(name, "default");
  assertEquals(rest, {
    text: "</script><!--é",
    nothing: undefined,
    none: null,
    big: 12345678901234567890n,
    numbers: [NaN, Infinity, -Infinity, -0, 1.5],
    bytes: new Uint8Array([1, 2, 255]),
    url: new URL("https://example.com/x"),
    date: new Date(0),
    pattern: /ab/i,
    map: new Map([["a", 1]]),
    set: new Set(["b"]),
  });
  assert((cycle as { self: unknown }).self === cycle);
  assert(signal === same);
});

Deno.test("A function among the props is an error that names the island", async () => {
  const response = await get("/unsendable");
  assertEquals(response.status, 500);
  assertMatch(await response.text(), /props of Counter .*function/);
});

Deno.test("Every script and style carries the nonce of the header", async () => {
  const response = await get("/counters");
  const policy = response.headers.get("content-security-policy");
  const nonce = /script-src 'self' 'nonce-([0-9a-f]{32})'/.exec(policy!)?.[1];
  assertExists(nonce);
  const html = await response.text();
  const tags = html.match(/<(script|style)[^>]*>/g);
  assertEquals(tags?.length, 3);
  for (const tag of tags!) assertStringIncludes(tag, `nonce="${nonce}"`);
  assertNotMatch(html, / on[a-z]+=/);
});

Deno.test("The page's scripts and preloads are served", async () => {
  const response = await get("/counters");
  const html = await response.text();
  const link = response.headers.get("link") ?? "";
  const preloads = [...link.matchAll(/<([^>]+)>; rel="modulepreload"/g)]
    .map((match) => match[1]!);
  const urls = new Set(stateOf(html).map(([url]) => url));
  assertEquals(urls.size, 1);
  const wanted = [...scriptsOf(html), ...urls];
  for (const url of wanted) assert(preloads.includes(url), url);
  for (const url of preloads) {
    const script = await get(url);
    assertEquals(script.status, 200);
    assertMatch(script.headers.get("content-type")!, /^text\/javascript/);
    assertGreater((await script.text()).length, 50);
  }
});

Deno.test("The code is minified, split and has one copy of Preact", async () => {
  const link = (await get("/props")).headers.get("link") ?? "";
  const urls = [...link.matchAll(/<([^>]+)>/g)].map((match) => match[1]!);
  const bodies = await Promise.all(urls.map(page));
  assertGreater(bodies.length, 2);
  // Preact's class of components has the one call of this name.
  const all = bodies.join("");
  assertEquals(all.match(/\.prototype\.forceUpdate=/g)?.length, 1);
  assertNotMatch(all, /\/\/ |sourceMappingURL/);
});

Deno.test("A page without islands ships no JavaScript", async () => {
  const response = await get("/");
  assertEquals(response.headers.get("link"), null);
  const html = await response.text();
  assertNotMatch(html, /<script|modulepreload|<!--/);
  assertStringIncludes(html, "<h1>No islands here</h1>");
});

Deno.test("Head moves elements into the document's head", async () => {
  const html = await page("/props");
  assertStringIncludes(html, "<head><title>Props</title>");
  assertEquals(html.match(/<title>/g)?.length, 1);
});
