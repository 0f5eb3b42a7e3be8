import {
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { startFixture } from "./fixture_app.ts";

const get = await startFixture();
const text = async (path: string, init?: RequestInit) =>
  await (await get(path, init)).text();
const json = async (path: string) => await (await get(path)).json();

Deno.test("_app and _layout surround a page, _middleware runs before it", async () => {
  const response = await get("/");
  assertEquals(response.headers.get("x-root"), "1");
  assertMatch(
    await response.text(),
    /^<!DOCTYPE html><html lang="en"><head>.*<body><main data-trail="main root"><h1>/,
  );
});

Deno.test("A (group) has its own middlewares and layout but no URL segment", async () => {
  const html = await text("/about");
  assertStringIncludes(
    html,
    '<body><article data-trail="main root group group again"><i>grouped</i>',
  );
  assertNotMatch(html, /<main/);
});

Deno.test("A page can skip layouts and the app wrapper", async () => {
  assertEquals(
    await text("/bare"),
    '<!DOCTYPE html><html><head><meta charset="utf-8"/></head>' +
      "<body><i>bare</i></body></html>",
  );
});

Deno.test("[id] takes one segment, and a static file beats it", async () => {
  assertEquals(await json("/items/a%20b"), {
    id: "a b",
    route: "/items/:id",
    trail: ["main", "root"],
  });
  assertEquals(await text("/items/list"), "GET");
  assertEquals((await get("/items/a/b")).status, 404);
});

Deno.test("[[opt]] may be missing", async () => {
  assertEquals(await json("/docs"), {});
  assertEquals(await json("/docs/2"), { version: "2" });
  assertEquals((await get("/docs/2/3")).status, 404);
});

Deno.test("[...rest] takes all segments", async () => {
  assertEquals(await json("/files/a/b.txt"), { path: "a/b.txt" });
});

Deno.test("routeOverride takes the place of the file's path", async () => {
  assertEquals(await json("/moved/there"), { to: "there" });
  assertEquals((await get("/elsewhere")).status, 404);
});

Deno.test("Files in (_folders) are no routes", async () => {
  assertEquals((await get("/part")).status, 404);
});

Deno.test("_404 answers unknown paths outside of the middlewares", async () => {
  const response = await get("/nowhere");
  assertEquals(response.status, 404);
  assertEquals(response.headers.get("x-missing"), "1");
  assertEquals(response.headers.get("x-root"), null);
  assertStringIncludes(await response.text(), "<h1>/nowhere is nowhere</h1>");
});

Deno.test("_404 answers a route's own 404 inside of them", async () => {
  const response = await get("/items/none");
  assertEquals(response.status, 404);
  assertEquals(response.headers.get("x-root"), "1");
  assertStringIncludes(await response.text(), "/items/none is nowhere");
});

Deno.test("_error answers what is thrown, with the error's status", async () => {
  const response = await get("/items/teapot");
  assertEquals(response.status, 418);
  assertEquals(response.headers.get("x-root"), null);
  assertEquals(response.headers.get("content-security-policy"), null);
  assertStringIncludes(await response.text(), "Failed: HttpError: short and");
});

Deno.test("The nearest _error answers, inside of outer middlewares", async () => {
  const response = await get("/admin/broken");
  assertEquals(response.status, 500);
  assertEquals(response.headers.get("x-root"), "1");
  assertStringIncludes(await response.text(), "<h2>Admin: broken</h2>");
});

Deno.test("A file answers only the methods that it exports", async () => {
  const posted = await get("/items/1", { method: "POST" });
  assertEquals([posted.status, await posted.text()], [201, "posted"]);
  assertEquals((await get("/items/1", { method: "PUT" })).status, 404);
  const head = await get("/items/1", { method: "HEAD" });
  assertEquals([head.status, head.body], [200, null]);
  assertEquals(await text("/items/list", { method: "DELETE" }), "DELETE");
});

Deno.test("A route that is known at the start answers 405 instead", async () => {
  const response = await get("/moved/there", { method: "PUT" });
  assertEquals(response.status, 405);
});
