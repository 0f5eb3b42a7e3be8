import {
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { SIGNED_IN_SECONDS } from "../../lib/doors/access_token.ts";
import { House } from "./house.ts";

const TOKEN = "correct horse battery staple";
const HTML = { accept: "text/html" };
const BEARER = { authorization: `Bearer ${TOKEN}` };

const form = (fields: Record<string, string>) => ({
  method: "POST",
  body: new URLSearchParams(fields),
});

/** The `name=value` of a cookie that was set. */
const cookieOf = ({ headers }: { headers: Headers }) =>
  headers.get("set-cookie")?.split(";")[0] ?? "";

Deno.test("strangers are sent to sign in, or refused", async (test) => {
  await using house = new House({ environment: { ACCESS_TOKEN: TOKEN } });

  await test.step("pages lead to the sign-in page and back", async () => {
    for (
      const [path, to] of [
        ["/start-chat?agent=translator", "/start-chat?agent=translator"],
        ["/nowhere", "/nowhere"],
        ["/", "/"],
      ] as const
    ) {
      const { status, headers } = await house.ask(path, { headers: HTML });
      assertEquals(status, 303);
      assertEquals(
        headers.get("location"),
        `/sign-in?to=${encodeURIComponent(to)}`,
      );
    }
  });

  await test.step("programs get 401, with a line in the log", async () => {
    for (const path of ["/", "/api/conversations", "/session"]) {
      const { status, headers, text } = await house.ask(path);
      assertEquals(status, 401, path);
      assertEquals(headers.get("www-authenticate"), "Bearer");
      assertStringIncludes(JSON.parse(text).error, "sign in at /sign-in");
    }
    for (const protocol of ["parley.v1", ""]) {
      assertEquals((await house.refusal("", {}, protocol)).status, 401);
    }
    assertEquals(house.refusals[0], "203.0.113.1: not_signed_in");
    assertEquals(house.lines[1]?.path, "/api/conversations");
  });

  await test.step("the status tells them that the server is well, and no more", async () => {
    const { status, text } = await house.ask("/api/status");
    assertEquals(status, 200);
    assertEquals(JSON.parse(text), { status: "ok" });
  });

  await test.step("a wrong token is none", async () => {
    for (const token of ["wrong", `${TOKEN}x`, TOKEN.slice(1)]) {
      const { status } = await house.ask("/api/conversations", {
        headers: { authorization: `Bearer ${token}` },
        from: "198.51.100.1",
      });
      assertEquals(status, 401);
    }
    assertEquals(
      house.refusals.filter((line) => line.startsWith("198.51.100.1:")),
      Array(3).fill([
        "198.51.100.1: wrong_token",
        "198.51.100.1: not_signed_in",
      ]).flat(),
    );
  });

  await test.step("the right one opens everything", async () => {
    const { status, text } = await house.ask("/api/status", {
      headers: BEARER,
    });
    assertEquals(status, 200);
    assertEquals(JSON.parse(text).provider, "local");
    await (await house.open("198.51.100.2", BEARER)).close();
    assertEquals(
      (await house.ask("/", { headers: BEARER, from: "198.51.100.2" })).text,
      "Hello 198.51.100.2",
    );
  });

  await test.step("nothing of a token is in the log", () => {
    assertNotMatch(house.services.lines.join(), /horse|wrong"|Bearer/);
  });
});

Deno.test("the form gives a browser a cookie that stands for the token", async (test) => {
  await using house = new House({ environment: { ACCESS_TOKEN: TOKEN } });
  let cookie = "";
  const as = (value: string) => ({ headers: { ...HTML, cookie: value } });

  await test.step("the page needs no script and asks for one thing", async () => {
    const { status, text, headers } = await house.ask(
      "/sign-in?to=/start-chat%3Fagent%3Dx%26%22",
    );
    assertEquals(status, 200);
    assertEquals(headers.get("cache-control"), "no-store");
    assertMatch(text, /<form method="post" action="\/sign-in">/);
    assertMatch(text, /<label for="token">Access token<\/label>/);
    assertMatch(text, /name="to" value="\/start-chat\?agent=x&amp;%22"/);
    assertNotMatch(text, /<script/);
  });

  await test.step("a wrong token is said, and where one was going is kept", async () => {
    const { status, text, headers } = await house.ask("/sign-in", {
      ...form({ token: "wrong", to: "/conversations" }),
    });
    assertEquals(status, 401);
    assertEquals(headers.get("set-cookie"), null);
    assertMatch(text, /role="alert">This is not the access token/);
    assertMatch(text, /aria-invalid="true" aria-describedby="problem"/);
    assertMatch(text, /value="\/conversations"/);
    assertNotMatch(text, /value="wrong"/);
  });

  await test.step("none at all is said as well", async () => {
    const { status } = await house.ask("/sign-in", form({ token: "" }));
    assertEquals(status, 400);
    const huge = await house.ask("/sign-in", form({ token: "x".repeat(9000) }));
    assertEquals(huge.status, 400);
  });

  await test.step("the right one leads back, with a cookie no script can read", async () => {
    const signedIn = await house.ask(
      "/sign-in",
      form({ token: TOKEN, to: "/start-chat?agent=x" }),
    );
    assertEquals(signedIn.status, 303);
    assertEquals(signedIn.headers.get("location"), "/start-chat?agent=x");
    assertMatch(
      signedIn.headers.get("set-cookie") ?? "",
      /^parley_access=[\w.-]+; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/,
    );
    cookie = cookieOf(signedIn);
    assertEquals((await house.ask("/start-chat", as(cookie))).text, "A page");
    const client = await house.open(undefined, { cookie });
    await client.close();
  });

  await test.step("it leads nowhere else", async () => {
    for (
      const to of [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "/\t/evil.test",
        "/.//evil.test",
        "javascript:alert(1)",
        "/sign-in?to=/sign-in",
      ]
    ) {
      const { headers } = await house.ask(
        "/sign-in",
        form({ token: TOKEN, to }),
      );
      assertEquals(headers.get("location"), "/", to);
    }
  });

  await test.step("a forged cookie is worth nothing", async () => {
    const [expires, signature = ""] = cookie.replace("parley_access=", "")
      .split(".");
    const later = Number(expires) + 1000;
    for (
      const value of [
        `${later}.${signature}`,
        `${expires}.${"A".repeat(43)}`,
        `${expires}.${signature.slice(1)}`,
        TOKEN,
        "",
        ".",
        `${expires}`,
      ]
    ) {
      const forged = `parley_access=${value}`;
      const { status } = await house.ask("/start-chat", as(forged));
      assertEquals(status, 303, value);
      const refused = await house.refusal(undefined, { cookie: forged });
      assertEquals(refused.status, 401);
    }
    assertEquals(
      house.refusals.includes("203.0.113.1: forged_cookie"),
      true,
    );
    assertEquals((await house.ask("/start-chat", as(cookie))).status, 200);
  });

  await test.step("who is signed in can sign out", async () => {
    const page = await house.ask("/sign-in", as(cookie));
    assertMatch(page.text, /<form method="post" action="\/sign-out">/);
    const { status, headers } = await house.ask("/sign-out", {
      method: "POST",
      headers: { cookie },
    });
    assertEquals(status, 303);
    assertMatch(
      headers.get("set-cookie") ?? "",
      /^parley_access=; Path=\/; Max-Age=0;/,
    );
  });

  await test.step("an expired one is worth nothing either", async () => {
    house.now += SIGNED_IN_SECONDS * 1000 - 1;
    assertEquals((await house.ask("/start-chat", as(cookie))).status, 200);
    house.now += 1;
    assertEquals((await house.ask("/start-chat", as(cookie))).status, 303);
    assertEquals(house.refusals.at(-1), "203.0.113.1: expired_cookie");
  });

  await test.step("nor one that another token's server gave", async () => {
    await using other = new House({ environment: { ACCESS_TOKEN: "another" } });
    const signedIn = await other.ask("/sign-in", form({ token: "another" }));
    const foreign = as(cookieOf(signedIn));
    assertEquals((await other.ask("/start-chat", foreign)).status, 200);
    assertEquals((await house.ask("/start-chat", foreign)).status, 303);
  });
});

Deno.test("who guesses at the token is not listened to for a while", async () => {
  await using house = new House({ environment: { ACCESS_TOKEN: TOKEN } });
  const guess = (from: string, token = "wrong") =>
    house.ask("/sign-in", { ...form({ token }), from });
  const signedIn = await guess("203.0.113.9", TOKEN);
  for (let time = 0; time < 10; time++) {
    assertEquals((await guess("203.0.113.9")).status, 401);
  }
  const refused = await guess("203.0.113.9", TOKEN);
  assertEquals(refused.status, 429, "not even the right one is looked at");
  assertEquals(refused.headers.get("retry-after"), "6");
  assertMatch(refused.text, /Try again in 6 seconds/);
  const program = await house.ask("/api/status", {
    headers: BEARER,
    from: "203.0.113.9",
  });
  assertEquals(program.status, 429);
  assertEquals(program.headers.get("retry-after"), "6");
  assertEquals(
    house.refusals.at(-1),
    "203.0.113.9: too_many_wrong_tokens",
  );
  // Who is in already stays in, and others are not concerned.
  const page = await house.ask("/start-chat", {
    headers: { cookie: cookieOf(signedIn) },
    from: "203.0.113.9",
  });
  assertEquals(page.status, 200);
  assertEquals((await guess("203.0.113.10", TOKEN)).status, 303);
  await house.clock.advance(6_000);
  assertEquals((await guess("203.0.113.9", TOKEN)).status, 303);
});
