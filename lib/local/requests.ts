import type { SessionConfig } from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import { ClientEventError } from "./errors.ts";
import {
  answer,
  bearerOf,
  HttpRefusal,
  json,
  parseObject,
  preflight,
  readBody,
  refuse,
} from "./http.ts";
import type { LocalPeer } from "./peer.ts";
import { DEFAULT_SECRET_SECONDS } from "./secrets.ts";
import { LOCAL_MODEL, newSession, parseSession } from "./session_config.ts";
import { serveCallSocket, serveModelSocket } from "./sockets.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Answers a request to the embedded peer as OpenAI's realtime API would.
 *
 * @param path The path behind the API's base, such as `/realtime/calls`.
 * @param base The base itself, such as `/local/v1`: what `Location` begins with.
 */
export async function handlePeerRequest(
  peer: LocalPeer,
  request: Request,
  path: string,
  base: string,
): Promise<Response> {
  if (request.method === "OPTIONS") return preflight();
  try {
    return await route(peer, request, path, base);
  } catch (error) {
    if (error instanceof HttpRefusal) return refuse(error);
    if (error instanceof ClientEventError) {
      return refuse(
        new HttpRefusal(400, error.code, error.message, error.param),
      );
    }
    throw error;
  }
}

async function route(
  peer: LocalPeer,
  request: Request,
  path: string,
  base: string,
): Promise<Response> {
  const hangup = /^\/realtime\/calls\/([^/]+)\/hangup$/.exec(path)?.[1];
  switch (`${request.method} ${hangup === undefined ? path : "hangup"}`) {
    case "POST /realtime/client_secrets":
      return await mintSecret(peer, request);
    case "POST /realtime/sessions":
      return await mintBetaSession(peer, request);
    case "POST /realtime/calls":
      return await takeCall(peer, request, base);
    case "POST /realtime":
      // Where clients of the beta post their offer.
      return await takeCall(peer, request, base);
    case "POST hangup":
      requireKey(request);
      if (!await peer.hangup(hangup!)) throw noCall(hangup!);
      return answer(null, 200);
    case "GET /realtime":
      return openSocket(peer, request);
    default:
      throw new HttpRefusal(
        404,
        "unknown_url",
        `Unknown request URL: ${request.method} ${path}`,
      );
  }
}

async function mintSecret(peer: LocalPeer, request: Request) {
  requireKey(request);
  const body = parseObject(await textOf(request));
  const session = parseSession(body.session ?? { type: "realtime" });
  const { value, expiresAt } = peer.secrets.mint(session, secondsOf(body));
  return json({
    value,
    expires_at: expiresAt,
    session: {
      ...newSession(session),
      id: newId("sess"),
      object: "realtime.session",
    },
  });
}

/** The beta's flat session object, understood as far as it means the same. */
async function mintBetaSession(peer: LocalPeer, request: Request) {
  requireKey(request);
  const beta = parseObject(await textOf(request));
  const session = parseSession({
    type: "realtime",
    model: beta.model ?? LOCAL_MODEL,
    instructions: beta.instructions,
    output_modalities: Array.isArray(beta.modalities)
      ? [beta.modalities.includes("audio") ? "audio" : "text"]
      : undefined,
    tools: beta.tools,
    tool_choice: beta.tool_choice,
    audio: {
      input: {
        transcription: beta.input_audio_transcription,
        turn_detection: beta.turn_detection,
      },
      output: { voice: beta.voice },
    },
  });
  const { value, expiresAt } = peer.secrets.mint(withoutUndefined(session));
  return json({
    ...beta,
    id: newId("sess"),
    object: "realtime.session",
    model: session.model,
    client_secret: { value, expires_at: expiresAt },
  });
}

async function takeCall(peer: LocalPeer, request: Request, base: string) {
  const token = bearerOf(request);
  const type = (request.headers.get("content-type") ?? "").split(";")[0]!
    .trim().toLowerCase();
  let offer: string;
  let config: SessionConfig;
  if (type === "application/sdp") {
    config = token?.startsWith("ek_")
      ? sessionOfSecret(peer, token)
      : { type: "realtime" };
    requireToken(token);
    offer = await textOf(request);
  } else if (type === "multipart/form-data") {
    requireKey(request);
    const form = await formOf(request);
    offer = await partOf(form, "sdp");
    config = parseSession(parseObject(
      form.has("session")
        ? await partOf(form, "session")
        : '{"type":"realtime"}',
    ));
  } else {
    throw new HttpRefusal(
      415,
      "unsupported_content_type",
      `Unsupported content type '${type}': send application/sdp or multipart/form-data`,
    );
  }
  const call = await peer.call(offer, config);
  return answer(call.answer, 201, {
    "content-type": "application/sdp",
    location: `${base}/realtime/calls/${call.id}`,
  });
}

function openSocket(peer: LocalPeer, request: Request): Response {
  const query = new URL(request.url).searchParams;
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw new HttpRefusal(
      426,
      "upgrade_required",
      "Expected a WebSocket upgrade request",
    );
  }
  // A browser can't set headers here: its key comes as a subprotocol.
  const offered = (request.headers.get("sec-websocket-protocol") ?? "")
    .split(",").map((name) => name.trim());
  const insecure = offered.find((name) =>
    name.startsWith("openai-insecure-api-key.")
  )?.slice("openai-insecure-api-key.".length);
  const token = requireToken(bearerOf(request) ?? insecure);
  const protocol = offered.includes("realtime") ? "realtime" : undefined;
  const config = token.startsWith("ek_")
    ? sessionOfSecret(peer, token)
    : undefined;
  const callId = query.get("call_id");
  if (callId !== null) {
    const session = peer.session(callId);
    if (session === undefined) throw noCall(callId);
    return serveCallSocket(request, session, protocol);
  }
  const model = query.get("model") ?? LOCAL_MODEL;
  return serveModelSocket(
    request,
    peer,
    config ?? { type: "realtime", model },
    protocol,
  );
}

function noCall(id: string): HttpRefusal {
  return new HttpRefusal(404, "call_not_found", `No call with id '${id}'`);
}

/** @throws {HttpRefusal} 401 where there is none. */
function requireToken(token: string | undefined): string {
  if (token === undefined) {
    throw new HttpRefusal(
      401,
      "missing_api_key",
      "Missing bearer authentication: send an Authorization header with a key or a client secret",
    );
  }
  return token;
}

/** Any key will do here; a client secret is no key. */
function requireKey(request: Request): void {
  if (requireToken(bearerOf(request)).startsWith("ek_")) {
    throw new HttpRefusal(
      401,
      "invalid_api_key",
      "A client secret can't be used here: this request needs an API key",
    );
  }
}

function sessionOfSecret(peer: LocalPeer, value: string): SessionConfig {
  const secret = peer.secrets.find(value);
  if (secret === "unknown" || secret === "expired") {
    throw new HttpRefusal(
      401,
      secret === "expired" ? "client_secret_expired" : "invalid_client_secret",
      secret === "expired"
        ? "The client secret has expired: ask for a new one"
        : "The client secret is not one of this peer's: ask for a new one",
    );
  }
  return secret.session;
}

function secondsOf(body: Record<string, unknown>): number {
  if (body.expires_after === undefined) return DEFAULT_SECRET_SECONDS;
  const { seconds } = (body.expires_after ?? {}) as { seconds?: unknown };
  if (seconds === undefined) return DEFAULT_SECRET_SECONDS;
  if (typeof seconds !== "number" || !(seconds >= 10 && seconds <= 7200)) {
    throw new HttpRefusal(
      400,
      "invalid_value",
      `Invalid value for 'expires_after.seconds': ${
        JSON.stringify(seconds)
      } is not between 10 and 7200`,
      "expires_after.seconds",
    );
  }
  return Math.floor(seconds);
}

async function textOf(request: Request): Promise<string> {
  return new TextDecoder().decode(await readBody(request, MAX_BODY_BYTES));
}

async function formOf(request: Request): Promise<FormData> {
  const body = await readBody(request, MAX_BODY_BYTES);
  try {
    return await new Response(body, {
      headers: { "content-type": request.headers.get("content-type") ?? "" },
    }).formData();
  } catch {
    throw new HttpRefusal(
      400,
      "invalid_form",
      "Could not parse the request as multipart/form-data",
    );
  }
}

async function partOf(form: FormData, name: string): Promise<string> {
  const part = form.get(name);
  if (part === null) {
    throw new HttpRefusal(
      400,
      "missing_required_parameter",
      `Missing required parameter: '${name}'`,
      name,
    );
  }
  return typeof part === "string" ? part : await part.text();
}

/** Fields that the beta's object left out must not replace the defaults. */
function withoutUndefined<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}
