import { assertEquals, assertStringIncludes } from "@std/assert";
import { LocalPeer } from "../../lib/local/peer.ts";
import { House } from "./house.ts";

const MINT = "/local/v1/realtime/client_secrets";
const HERE = "127.0.0.1";
const ELSEWHERE = "192.168.1.7";

/** Asks for a client secret, as programs do that have a key. */
const mint = (house: House, from: string, headers = {}) =>
  house.ask(MINT, {
    method: "POST",
    headers: { authorization: "Bearer any-key", ...headers },
    from,
  });

Deno.test("the embedded peer answers its own machine only", async (test) => {
  const peer = new LocalPeer();
  const environment = { TRUSTED_PROXIES: "10.0.0.1" };
  await using house = new House({ environment, services: { peer } });

  await test.step("programs and pages there, whatever site those are of", async () => {
    for (const from of [HERE, "127.8.9.1", "::1", "::ffff:127.0.0.1"]) {
      const { status, headers } = await mint(house, from, {
        origin: "http://localhost:5173",
      });
      assertEquals(status, 200, from);
      assertEquals(headers.get("access-control-allow-origin"), "*");
    }
  });

  await test.step("nobody else, and that is logged", async () => {
    for (const from of [ELSEWHERE, "::2", "", "localhost"]) {
      const { status, text } = await mint(house, from);
      assertEquals(status, 403, from);
      assertStringIncludes(
        JSON.parse(text).error.message,
        "set LOCAL_PEER=open",
      );
    }
    assertEquals(house.refusals[0], `${ELSEWHERE}: peer_from_elsewhere`);
    for (
      const path of ["/local/v1/realtime/calls", "/local/v1/realtime?model=x"]
    ) {
      const { status } = await house.ask(path, { from: ELSEWHERE });
      assertEquals(status, 403, path);
    }
  });

  await test.step("a trusted proxy says who asks", async () => {
    const by = (client: string) =>
      mint(house, "10.0.0.1", { "x-forwarded-for": client });
    assertEquals((await by(HERE)).status, 200);
    assertEquals((await by(ELSEWHERE)).status, 403);
  });

  await test.step("no other can pass anything on, and nobody can pretend to be here", async () => {
    const forged = await mint(house, ELSEWHERE, { "x-forwarded-for": HERE });
    assertEquals(forged.status, 403);
    const passedOn = await mint(house, HERE, { "x-forwarded-for": ELSEWHERE });
    assertEquals(passedOn.status, 403);
    const hidden = await mint(house, HERE, { forwarded: "for=_hidden" });
    assertEquals(hidden.status, 403);
  });
  await peer.close();
});

Deno.test("the embedded peer is open to all where that is asked for", async () => {
  const peer = new LocalPeer();
  await using house = new House({
    environment: { LOCAL_PEER: "open" },
    services: { peer },
  });
  assertEquals((await mint(house, ELSEWHERE)).status, 200);
  await peer.close();
});

Deno.test("where there is an access token it is the embedded peer's key", async () => {
  const peer = new LocalPeer();
  await using house = new House({
    environment: { ACCESS_TOKEN: "token", TRUSTED_PROXIES: "10.0.0.1" },
    services: { peer },
  });
  const asked = await house.ask(MINT, { method: "OPTIONS", from: HERE });
  assertEquals(asked.status, 204);
  const wrong = await mint(house, HERE);
  assertEquals(wrong.status, 401);
  assertStringIncludes(wrong.text, "access token");
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const { text } = await mint(house, HERE, bearer("token"));
  const offer = (key: string) =>
    house.ask("/local/v1/realtime/calls", {
      method: "POST",
      headers: { ...bearer(key), "content-type": "application/sdp" },
      body: "no offer",
      from: HERE,
    });
  const { value } = JSON.parse(text);
  assertEquals((await offer(value)).status, 400, "the peer looks at the offer");
  assertEquals((await offer("ek_forged")).status, 401);
  // As browsers send it, which can't set headers on a WebSocket.
  const { status } = await house.ask("/local/v1/realtime?model=x", {
    headers: {
      "sec-websocket-protocol": "realtime, openai-insecure-api-key.token",
    },
    from: HERE,
  });
  assertEquals(status, 426);
  for (let time = 0; time < 9; time++) await mint(house, HERE);
  assertEquals((await mint(house, HERE, bearer("token"))).status, 429);
  await peer.close();
});

Deno.test("the embedded peer is not there where it is not the provider", async () => {
  await using house = new House();
  assertEquals((await mint(house, HERE)).status, 404);
});
