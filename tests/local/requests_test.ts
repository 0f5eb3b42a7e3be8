import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { LocalPeer } from "../../lib/local/peer.ts";
import { handlePeerRequest } from "../../lib/local/requests.ts";
import { ClientSecrets } from "../../lib/local/secrets.ts";

const KEY = { authorization: "Bearer any-key" };

/** Sends a request to a peer's HTTP face. */
function ask(
  peer: LocalPeer,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const url = new URL(`http://localhost/local/v1${path}`);
  return handlePeerRequest(
    peer,
    new Request(url, { method: "POST", ...init }),
    url.pathname.slice("/local/v1".length),
    "/local/v1",
  );
}

Deno.test("a client secret carries its session", async () => {
  const peer = new LocalPeer();
  const response = await ask(peer, "/realtime/client_secrets", {
    headers: KEY,
    body: JSON.stringify({
      expires_after: { anchor: "created_at", seconds: 60 },
      session: { type: "realtime", instructions: "Be brief" },
    }),
  });
  assertEquals(response.status, 200);
  const { value, expires_at, session } = await response.json();
  assertMatch(value, /^ek_/);
  const seconds = expires_at - Date.now() / 1000;
  assertEquals(seconds > 55 && seconds <= 60, true);
  assertObjectMatch(session, {
    type: "realtime",
    object: "realtime.session",
    instructions: "Be brief",
    tool_choice: "auto",
    audio: { output: { voice: "marin" } },
  });
  const secret = peer.secrets.find(value);
  assertEquals(
    typeof secret === "object" && secret.session.instructions,
    "Be brief",
  );
});

Deno.test("the beta's sessions are understood", async () => {
  const peer = new LocalPeer();
  const response = await ask(peer, "/realtime/sessions", {
    headers: KEY,
    body: JSON.stringify({
      model: "gpt-4o-realtime-preview",
      modalities: ["audio", "text"],
      instructions: "Be brief",
      voice: "alloy",
      turn_detection: null,
    }),
  });
  assertEquals(response.status, 200);
  const { model, client_secret } = await response.json();
  assertEquals(model, "gpt-4o-realtime-preview");
  assertObjectMatch(peer.secrets.find(client_secret.value) as object, {
    session: {
      type: "realtime",
      instructions: "Be brief",
      output_modalities: ["audio"],
      audio: { input: { turn_detection: null }, output: { voice: "alloy" } },
    },
  });
});

Deno.test("what is wrong with a request is said in OpenAI's form", async (test) => {
  const peer = new LocalPeer();
  const sdp = { "content-type": "application/sdp" };
  const { value: used } = peer.secrets.mint({ type: "realtime" });
  const table: [string, string, RequestInit, number, string, RegExp][] = [
    ["no key", "/realtime/client_secrets", {}, 401, "missing_api_key", /Auth/],
    [
      "a secret where a key is needed",
      "/realtime/client_secrets",
      { headers: { authorization: `Bearer ${used}` } },
      401,
      "invalid_api_key",
      /client secret can't/,
    ],
    [
      "no JSON",
      "/realtime/client_secrets",
      { headers: KEY, body: "{" },
      400,
      "invalid_json",
      /JSON/,
    ],
    [
      "an unknown field",
      "/realtime/client_secrets",
      {
        headers: KEY,
        body: '{"session":{"type":"realtime","modalities":["text"]}}',
      },
      400,
      "unknown_parameter",
      /session\.modalities/,
    ],
    [
      "a life too long",
      "/realtime/client_secrets",
      { headers: KEY, body: '{"expires_after":{"seconds":9999}}' },
      400,
      "invalid_value",
      /9999 is not between/,
    ],
    [
      "a secret of somebody else",
      "/realtime/calls",
      { headers: { ...sdp, authorization: "Bearer ek_other" }, body: "v=0" },
      401,
      "invalid_client_secret",
      /ask for a new one/,
    ],
    [
      "an offer that is no SDP",
      "/realtime/calls",
      {
        headers: { ...sdp, authorization: `Bearer ${used}` },
        body: "hello there",
      },
      400,
      "invalid_offer",
      /"hello there" instead of "v=0"/,
    ],
    [
      "an offer without audio",
      "/realtime/calls",
      {
        headers: { ...sdp, authorization: `Bearer ${used}` },
        body: "v=0\r\ns=-\r\n",
      },
      400,
      "invalid_offer",
      /lacks an audio section/,
    ],
    [
      "an offer that only begins like one",
      "/realtime/calls",
      {
        headers: { ...sdp, authorization: `Bearer ${used}` },
        body:
          "v=0\r\nm=audio 9 X 111\r\na=ice-ufrag:x\r\na=ice-pwd:y\r\na=fingerprint:sha-256 zz\r\n",
      },
      400,
      "invalid_offer",
      /can't be answered/,
    ],
    [
      "an offer without a password",
      "/realtime/calls",
      {
        headers: { ...sdp, authorization: `Bearer ${used}` },
        body:
          "v=0\r\nm=audio 9 X 111\r\na=ice-ufrag:x\r\na=fingerprint:sha-256 zz\r\n",
      },
      400,
      "invalid_offer",
      /lacks an ICE password/,
    ],
    [
      "a life that is no number, nor can be made one",
      "/realtime/client_secrets",
      {
        headers: KEY,
        body: '{"expires_after":{"seconds":{"valueOf":1,"toString":1}}}',
      },
      400,
      "invalid_value",
      /is not between/,
    ],
    [
      "a session in very many brackets",
      "/realtime/sessions",
      {
        headers: KEY,
        body: `{"tools":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
      },
      400,
      "invalid_json",
      /JSON/,
    ],
    [
      "a body that breaks off",
      "/realtime/client_secrets",
      {
        headers: KEY,
        body: new ReadableStream({
          pull: (controller) => controller.error(new Error("Gone")),
        }),
      },
      400,
      "incomplete_request",
      /ended before its body/,
    ],
    [
      "a WebSocket without its handshake",
      "/realtime",
      { method: "GET", headers: { ...KEY, upgrade: "websocket" } },
      400,
      "invalid_upgrade",
      /can't be opened/,
    ],
    [
      "another content type",
      "/realtime/calls",
      { headers: { ...KEY, "content-type": "text/plain" }, body: "v=0" },
      415,
      "unsupported_content_type",
      /text\/plain/,
    ],
    [
      "a form without an offer",
      "/realtime/calls",
      { headers: KEY, body: new FormData() },
      400,
      "missing_required_parameter",
      /'sdp'/,
    ],
    [
      "20 MB",
      "/realtime/calls",
      {
        headers: { ...sdp, authorization: `Bearer ${used}` },
        body: "x".repeat(20 * 1024 * 1024),
      },
      413,
      "request_too_large",
      /1048576 bytes/,
    ],
    [
      "a call that is not there",
      "/realtime/calls/rtc_none/hangup",
      { headers: KEY },
      404,
      "call_not_found",
      /rtc_none/,
    ],
    [
      "an address that is not there",
      "/realtime/dance",
      { headers: KEY },
      404,
      "unknown_url",
      /dance/,
    ],
  ];
  for (const [name, path, init, status, code, message] of table) {
    await test.step(name, async () => {
      const response = await ask(peer, path, init);
      const { error } = await response.json();
      assertEquals([response.status, error.code], [status, code]);
      assertMatch(error.message, message);
      assertEquals(response.headers.get("access-control-allow-origin"), "*");
    });
  }
  assertEquals(peer.sessions, 0);
  await peer.close();
});

Deno.test("a secret can be used until it expires, and no longer", () => {
  let now = 0;
  const secrets = new ClientSecrets(() => now);
  const { value } = secrets.mint({ type: "realtime" }, 60);
  assertEquals(typeof secrets.find(value), "object");
  now = 59_999;
  assertEquals(typeof secrets.find(value), "object");
  now = 60_000;
  assertEquals(secrets.find(value), "expired");
  now = 24 * 60 * 60 * 1000;
  secrets.mint({ type: "realtime" });
  assertEquals(secrets.find(value), "unknown");
});

Deno.test("a browser on another page may ask, and read where its call is", async () => {
  const peer = new LocalPeer();
  const response = await ask(peer, "/realtime/calls", { method: "OPTIONS" });
  assertEquals(response.status, 204);
  assertMatch(
    response.headers.get("access-control-allow-headers") ?? "",
    /authorization, content-type, x-openai-agents-sdk/,
  );
  assertEquals(
    response.headers.get("access-control-expose-headers"),
    "location",
  );
});
