import { App, HttpError } from "fresh";
import { assertEquals, assertMatch } from "@std/assert";
import type { State } from "../../lib/define.ts";
import {
  SECURITY_HEADERS,
  securityHeaders,
} from "../../lib/security_headers.ts";
import * as errorPage from "../../routes/_error.tsx";
import { startParley } from "../support/app.ts";

function assertSecured(headers: Headers, what: string): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    assertEquals(headers.get(name), value, `${name} of ${what}`);
  }
  assertMatch(
    headers.get("content-security-policy") ?? "",
    /default-src 'self';.*object-src 'none'.*frame-ancestors 'none'/,
    what,
  );
}

Deno.test("every answer of the app has its security headers", async (test) => {
  await using app = await startParley({
    env: { ACCESS_TOKEN: "a token of the test's", OPENAI_API_KEY: "" },
  });
  const token = { authorization: "Bearer a token of the test's" };
  for (
    const [what, path, status, init] of [
      ["a page", "/start-chat", 200, { headers: token }],
      ["JSON", "/api/status", 200, {}],
      ["a style", "/styles.css", 200, {}],
      ["the sign-in page", "/sign-in", 200, {}],
      ["the way to it", "/start-chat", 303, {}],
      ["a stranger's refusal", "/api/conversations", 401, {}],
      ["an unknown page", "/nowhere", 404, { headers: token }],
      ["an unknown agent", "/start-chat?agent=x", 404, { headers: token }],
      ["an unknown conversation", "/api/conversations/x", 404, {
        headers: token,
      }],
      ["a method that is none", "/styles.css", 405, { method: "POST" }],
      ["another site's request", "/conversations/x/delete", 403, {
        method: "POST",
        headers: { ...token, origin: "https://evil.test" },
      }],
      ["a stranger's WebSocket", "/session", 401, {}],
      ["no WebSocket", "/session", 426, { headers: token }],
      ["a refusal of the embedded peer", "/local/v1/realtime/calls", 401, {
        method: "POST",
      }],
      ["only the head", "/start-chat", 200, { headers: token, method: "HEAD" }],
    ] as [string, string, number, RequestInit][]
  ) {
    await test.step(what, async () => {
      const response = await fetch(`${app.url}${path}`, {
        redirect: "manual",
        ...init,
      });
      await response.body?.cancel();
      assertEquals(response.status, status);
      assertSecured(response.headers, what);
    });
  }
});

Deno.test("so has the page for what went wrong on the server", async () => {
  const handler = new App<State>()
    .use(securityHeaders)
    .get("/broken", () => {
      throw new HttpError(500, "Something broke");
    })
    .onError("*", { handler: errorPage.handler, component: () => "Broken" })
    .handler();
  const log = console.error;
  console.error = () => {};
  try {
    const response = await handler(new Request("http://localhost/broken"));
    assertEquals(response.status, 500);
    assertSecured(response.headers, "an error page");
    await response.body?.cancel();
  } finally {
    console.error = log;
  }
});
