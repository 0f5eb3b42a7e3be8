/** Requests and answers of the peer's HTTP side, in OpenAI's forms. */
import { inShort } from "./errors.ts";
import { parseJson } from "../parse_json.ts";

/** A request that is refused; becomes OpenAI's error object. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly param: string | null = null,
  ) {
    super(inShort(message));
  }
}

/**
 * A page of any site may talk to a realtime peer, as it may to OpenAI's: those
 * that a browser on this machine shows, since others are not let in. What it can
 * do here is hold calls of its own; any key will do, so there is none to steal,
 * and it gets at nobody else's conversation without knowing its call's id.
 */
const CORS_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "location",
};

/**
 * What a page may send. OpenAI's agents SDK names itself in a header of its own
 * (`HEADERS` in @openai/agents-realtime), and a browser asks about it first.
 */
const ALLOWED_HEADERS = "authorization, content-type, x-openai-agents-sdk";

export function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...CORS_HEADERS,
      "access-control-allow-methods": "GET, POST, OPTIONS",
      "access-control-allow-headers": ALLOWED_HEADERS,
      "access-control-max-age": "600",
    },
  });
}

export function answer(
  body: string | null,
  status: number,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    status,
    headers: { ...CORS_HEADERS, "cache-control": "no-store", ...headers },
  });
}

export function json(value: unknown, status = 200): Response {
  return answer(JSON.stringify(value), status, {
    "content-type": "application/json",
  });
}

export function refuse({ status, code, message, param }: HttpRefusal) {
  return json({
    error: { type: "invalid_request_error", code, message, param },
  }, status);
}

/** The bearer token of a request, or undefined. */
export function bearerOf(request: Request): string | undefined {
  const header = request.headers.get("authorization") ?? "";
  return /^Bearer\s+(\S+)\s*$/i.exec(header)?.[1];
}

/**
 * Reads a body of at most `limit` bytes.
 *
 * @throws {HttpRefusal} 413, or 400 where it breaks off.
 */
export async function readBody(
  request: Request,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new HttpRefusal(
      413,
      "request_too_large",
      `The request is larger than ${limit} bytes`,
    );
  if (Number(request.headers.get("content-length") ?? 0) > limit) {
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpRefusal) throw error;
    throw new HttpRefusal(
      400,
      "incomplete_request",
      "The request ended before its body did",
    );
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

/** @throws {HttpRefusal} 400 where the text is no JSON object. */
export function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = text.trim() === "" ? {} : parseJson(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new HttpRefusal(
      400,
      "invalid_json",
      "Could not parse the request: expected a JSON object",
    );
  }
  return value as Record<string, unknown>;
}
