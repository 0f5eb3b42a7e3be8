import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { House } from "./house.ts";

const TOKEN = "correct horse battery staple";
const HTML = { accept: "text/html" };

const form = (fields: Record<string, string>) => ({
  method: "POST",
  body: new URLSearchParams(fields),
});

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
