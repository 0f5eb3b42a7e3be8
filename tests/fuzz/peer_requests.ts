import * as fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { LocalPeer } from "../../lib/local/peer.ts";
import { handlePeerRequest } from "../../lib/local/requests.ts";
import { CLIENT_EVENTS, hostileSession } from "./client_events.ts";
import {
  expand,
  garbled,
  hostileBytes,
  hostileJson,
  hostileText,
} from "./hostile.ts";
import { OFFERS } from "./offer_samples.ts";
import { hostileOffer } from "./offers.ts";
import type { Seen, Surface, Target } from "./surface.ts";

export const BASE = "/local/v1";

export interface PeerRequest {
  method: string;
  /** Behind the base, with a query. */
  path: string;
  headers: [name: string, value: string][];
  body: string | Uint8Array<ArrayBuffer> | undefined;
}

const SESSION = CLIENT_EVENTS[0]!.session;

const METHODS = ["POST", "GET", "OPTIONS", "PUT", "DELETE", "HEAD", "PATCH"];

const PATHS = [
  "/realtime/client_secrets",
  "/realtime/sessions",
  "/realtime/calls",
  "/realtime",
  "/realtime?model=any",
  "/realtime?call_id=rtc_none",
  "/realtime/calls/rtc_none/hangup",
];

const AUTHORIZATIONS = [
  "Bearer any-key",
  "Bearer ek_unknown",
  "bearer   x",
  "Bearer",
  "Basic eDp4",
];

const TYPES = [
  "application/sdp",
  "Application/SDP; charset=utf-8",
  "application/json",
  "multipart/form-data; boundary=edge",
  "multipart/form-data",
  "multipart/form-data; boundary=",
  "text/plain",
];

const session = fc.oneof(
  hostileJson([SESSION]),
  hostileSession.map((session) => JSON.stringify(session)),
);

/** Bodies of JSON for `client_secrets` and the beta's `sessions`. */
const json = fc.oneof(
  hostileJson([
    { expires_after: { anchor: "created_at", seconds: 60 }, session: SESSION },
    {
      model: "gpt-4o-realtime-preview",
      modalities: ["audio", "text"],
      instructions: "Be brief",
      voice: "alloy",
      tools: [],
      tool_choice: "auto",
      turn_detection: { type: "server_vad" },
      input_audio_transcription: { model: "whisper-1" },
    },
  ]),
  session.map((session) => `{"session":${session}}`),
);

const form = fc.record({
  sdp: hostileOffer,
  session: fc.oneof(session, hostileText),
  name: fc.oneof(fc.constant("session"), hostileText),
}).map(({ sdp, session, name }) =>
  [
    "--edge",
    'Content-Disposition: form-data; name="sdp"',
    "",
    sdp,
    "--edge",
    `Content-Disposition: form-data; name="${name}"`,
    "Content-Type: application/json",
    "",
    session,
    "--edge--",
    "",
  ].join("\r\n")
);

const body = fc.oneof(
  fc.constant(undefined),
  json,
  form,
  garbled(form),
  hostileOffer,
  hostileBytes(OFFERS.map((offer) => new TextEncoder().encode(offer)))
    .map((bytes) => bytes.slice()),
);

const usual = <Value>(
  values: readonly Value[],
  odd: fc.Arbitrary<Value>,
): fc.Arbitrary<Value> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...values), weight: 9 },
    { arbitrary: odd, weight: 1 },
  );

/** A request that is right up to its body. */
const post = (
  paths: string[],
  type: string,
  body: fc.Arbitrary<string>,
): fc.Arbitrary<PeerRequest> =>
  fc.record({
    method: fc.constant("POST"),
    path: fc.constantFrom(...paths),
    headers: fc.constant<PeerRequest["headers"]>([
      ["authorization", "Bearer any-key"],
      ["content-type", type],
    ]),
    body,
  });

/** Requests with anything anywhere. */
const anyRequest: fc.Arbitrary<PeerRequest> = fc.record({
  method: usual(["POST", "POST", "POST", "GET"], fc.constantFrom(...METHODS)),
  path: usual(PATHS, garbled(fc.constantFrom(...PATHS))),
  headers: fc.tuple(
    usual(AUTHORIZATIONS.slice(0, 1), fc.constantFrom(...AUTHORIZATIONS)),
    usual(TYPES, hostileText),
    fc.option(fc.constantFrom("websocket", "WebSocket", "h2c")),
    fc.option(
      usual(["realtime", "openai-insecure-api-key.x, realtime"], hostileText),
    ),
    fc.option(usual(["0", "5", "-1", "1e9"], hostileText)),
  ).map(([authorization, type, upgrade, protocol, length]) =>
    [
      ["authorization", authorization],
      ["content-type", type],
      ["upgrade", upgrade],
      ["sec-websocket-protocol", protocol],
      ["content-length", length],
    ].filter((header): header is [string, string] => header[1] !== null)
  ),
  body,
});

/** Requests to the peer's HTTP side, many of them nearly right. */
export const peerRequest: fc.Arbitrary<PeerRequest> = fc.oneof(
  anyRequest,
  post(
    ["/realtime/client_secrets", "/realtime/sessions"],
    "application/json",
    json,
  ),
  post(["/realtime/calls"], "application/sdp", hostileOffer),
  post(["/realtime/calls"], "multipart/form-data; boundary=edge", form),
);

/** Requests to the embedded peer, without a network. */
export const peerRequests: Surface<PeerRequest> = {
  name: "peer HTTP",
  share: 12,
  short: 150,
  inputs: peerRequest,
  open: () => Promise.resolve(new Peer()),
};

class Peer implements Target<PeerRequest> {
  readonly #faults: Error[] = [];
  readonly #peer = new LocalPeer({
    onError: (error) => this.#faults.push(error),
  });

  async check(input: PeerRequest, seen: Seen): Promise<void> {
    const request = requestOf(input);
    // What the platform would not let through.
    if (request === undefined) return;
    const path = new URL(request.url).pathname.slice(BASE.length);
    const response = await handlePeerRequest(this.#peer, request, path, BASE);
    const { status } = response;
    const text = await response.text();
    if (status >= 400) seen.refused(`${status} ${codeIn(status, text)}`);
    else {
      assert(status >= 200 && status < 300, `The status is ${status}`);
      seen.accepted();
      await this.#use(response, text);
    }
    assertEquals(this.#peer.sessions, 0);
    assertEquals(this.#faults.splice(0), []);
  }

  close(): Promise<void> {
    return this.#peer.close();
  }

  /** Takes up what was given out, and gives it back. */
  async #use(response: Response, text: string): Promise<void> {
    const callId = response.headers.get("location")?.split("/").at(-1);
    if (callId !== undefined) {
      assert(text.startsWith("v=0\r\n"));
      // A call to nowhere may be over already.
      await this.#peer.hangup(callId);
      return;
    }
    if (text === "") return;
    const { value, client_secret } = JSON.parse(text);
    const secret = this.#peer.secrets.find(value ?? client_secret.value);
    assert(typeof secret === "object");
    this.#peer.open(secret.session, () => {}).close();
  }
}

/** The request, or undefined where there can't be such a one. */
function requestOf(input: PeerRequest): Request | undefined {
  const { method, path, headers, body } = input;
  try {
    return new Request(`http://127.0.0.1${BASE}${expand(path)}`, {
      method,
      headers: new Headers(
        headers.map(([name, value]): [string, string] => [name, expand(value)]),
      ),
      body: typeof body === "string" ? expand(body) : body,
    });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * The code in OpenAI's error object.
 *
 * @throws where it is none.
 */
export function codeIn(status: number, text: string): string {
  assert(status < 500, `The status is ${status}: ${text}`);
  const { error, ...others } = JSON.parse(text);
  assertEquals(others, {});
  const { type, code, message, param, ...more } = error;
  assertEquals(more, {});
  assertEquals(type, "invalid_request_error");
  assert(typeof code === "string" && code !== "");
  assert(typeof message === "string" && message !== "");
  assert(message.length < 2000, `A message of ${message.length} characters`);
  assert(param === null || typeof param === "string");
  return code;
}
