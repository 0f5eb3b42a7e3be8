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

Deno.test("pages of other sites can't open /session or change anything", async (test) => {
  await using house = new House({
    environment: { ALLOWED_ORIGINS: "https://friend.test, http://x.test:81/" },
  });
  const origin = (value: string) => ({ headers: { origin: value } });

  await test.step("neither wire of /session opens for them", async () => {
    for (const protocol of ["parley.v1", ""]) {
      const headers = { origin: "https://evil.test" };
      const { status, body } = await house.refusal(
        undefined,
        headers,
        protocol,
      );
      assertEquals(status, 403);
      assertStringIncludes(body.error, "'https://evil.test'");
    }
  });

  await test.step("forms and requests of theirs are refused, each with a line in the log", async () => {
    const seen = house.refusals.length;
    for (const value of ["https://evil.test", "null", house.url + "1"]) {
      const { status, text } = await house.ask("/conversations/x/delete", {
        method: "POST",
        ...origin(value),
      });
      assertEquals(status, 403);
      assertStringIncludes(
        JSON.parse(text).error,
        "Requests from other sites are refused",
      );
    }
    assertEquals(house.refusals.slice(seen), [
      "203.0.113.1: foreign_origin",
      "203.0.113.1: foreign_origin",
      "203.0.113.1: foreign_origin",
    ]);
    assertEquals(house.lines.at(-2)?.origin, "null");
  });

  await test.step("the server's own are taken, and those that are allowed", async () => {
    for (
      const value of [house.url, "https://friend.test", "http://x.test:81"]
    ) {
      const { status } = await house.ask("/conversations/x/delete", {
        method: "POST",
        ...origin(value),
      });
      assertEquals(status, 200, value);
      const client = await house.open(undefined, { origin: value });
      await client.close();
    }
  });

  await test.step("what is no browser's has no origin and is taken", async () => {
    const { status } = await house.ask("/conversations/x/delete", {
      method: "POST",
    });
    assertEquals(status, 200);
    await (await house.open()).close();
  });

  await test.step("a form whose origin the browser hides is taken from the own site", async () => {
    const { status } = await house.ask("/conversations/x/delete", {
      method: "POST",
      headers: { origin: "null", "sec-fetch-site": "same-origin" },
    });
    assertEquals(status, 200);
  });

  await test.step("reading is not refused: browsers keep the answer from other sites", async () => {
    const { status, headers } = await house.ask(
      "/start-chat",
      origin("https://evil.test"),
    );
    assertEquals(status, 200);
    assertEquals(headers.get("access-control-allow-origin"), null);
  });
});

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

Deno.test("neighbours in a network of IPv6 are one client", async () => {
  await using house = new House({ environment: { ACCESS_TOKEN: TOKEN } });
  for (let host = 1; host <= 11; host++) {
    const { status } = await house.ask("/sign-in", {
      ...form({ token: "wrong" }),
      from: `2001:db8:1:2::${host}`,
    });
    assertEquals(status, host <= 10 ? 401 : 429);
  }
  const { status } = await house.ask("/sign-in", {
    ...form({ token: "wrong" }),
    from: "2001:db8:1:3::1",
  });
  assertEquals(status, 401);
  assertEquals(
    house.refusals[0],
    "2001:db8:1:2::/64: wrong_token",
  );
});

Deno.test("only a trusted proxy is believed", async (test) => {
  const environment = { TRUSTED_PROXIES: "10.0.0.0/8, ::1" };
  await using house = new House({ environment });
  const forwarded = {
    "x-forwarded-for": "198.51.100.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "parley.test",
  };

  await test.step("it says who the client is, and what this server is called", async () => {
    const { text } = await house.ask("/", {
      headers: forwarded,
      from: "10.1.2.3",
    });
    assertEquals(text, "Hello 198.51.100.7");
    const origin = "https://parley.test";
    const client = await house.open("10.1.2.3", { ...forwarded, origin });
    await client.close();
    const own = await house.refusal("10.1.2.3", {
      ...forwarded,
      origin: house.url,
    });
    assertEquals(own.status, 403, "the name behind the proxy is not its own");
  });

  await test.step("what another says is not believed, and logged once", async () => {
    for (let time = 0; time < 2; time++) {
      const { text } = await house.ask("/", {
        headers: forwarded,
        from: "203.0.113.5",
      });
      assertEquals(text, "Hello 203.0.113.5");
    }
    const { status } = await house.refusal("203.0.113.5", {
      ...forwarded,
      origin: "https://parley.test",
    });
    assertEquals(status, 403);
    const lines = house.lines.filter(({ message }) =>
      String(message).includes("TRUSTED_PROXIES")
    );
    assertEquals(lines.map(({ client }) => client), ["203.0.113.5"]);
  });

  await test.step("over https the cookie is for https only", async () => {
    await using house = new House({
      environment: { ...environment, ACCESS_TOKEN: TOKEN },
    });
    const signedIn = await house.ask("/sign-in", {
      ...form({ token: TOKEN }),
      headers: { ...forwarded, origin: "https://parley.test" },
      from: "10.1.2.3",
    });
    assertMatch(signedIn.headers.get("set-cookie") ?? "", /; Secure$/);
  });
});

Deno.test("another identity can be plugged in", async () => {
  await using house = new House({
    // deno-lint-ignore require-await -- as one that asks a store would be
    identify: async (request) => {
      const user = request.headers.get("x-user");
      return user === null ? undefined : { id: user };
    },
  });
  const known = { "x-user": "ada" };
  assertEquals((await house.ask("/", { headers: known })).text, "Hello ada");
  const { status, text } = await house.ask("/", { headers: HTML });
  assertEquals(status, 401);
  assertStringIncludes(text, "does not know who you are");
  const client = await house.open(undefined, known);
  client.send({ type: "start" });
  await client.next("ready");
  client.send({ type: "stop" });
  await client.closed();
  const began = house.lines.find(({ message }) =>
    message === "A conversation began"
  );
  assertEquals(began?.client, "ada");
});

Deno.test("the log says no more than so much of one client's refusals", async () => {
  await using house = new House({ environment: { ACCESS_TOKEN: TOKEN } });
  for (let time = 0; time < 40; time++) await house.ask("/api/conversations");
  assertEquals(house.refusals.length, 30);
  await house.ask("/api/conversations", { from: "203.0.113.2" });
  assertEquals(house.refusals.at(-1), "203.0.113.2: not_signed_in");
});
