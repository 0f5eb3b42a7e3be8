/**
 * The frames of `/session` under the subprotocol `parley.v1`: what the browser
 * and the server say to each other beside the call. Shared by both, so it
 * imports nothing from either side.
 */
import * as z from "zod/mini";

/** The WebSocket subprotocol of these frames. */
export const SUBPROTOCOL = "parley.v1";

/** The longest frame that is taken, in characters of JSON. */
export const MAX_FRAME_CHARACTERS = 256 * 1024;

const realtimeEvent = z.looseObject({ type: z.string().check(z.minLength(1)) });

const browserFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("start"),
    agent: z.optional(z.string()),
    /** How the audio travels; over WebRTC if left out. */
    transport: z.optional(z.enum(["webrtc", "socket"])),
  }),
  /** Handshake `server`: the offer for a call that Parley makes. */
  z.object({
    type: z.literal("offer"),
    sdp: z.string().check(z.maxLength(64 * 1024)),
  }),
  /** Handshake `server`: the call stands, so the agent can be heard. */
  z.object({ type: z.literal("connected") }),
  /** Relay only: an event of the call's data channel. */
  z.object({ type: z.literal("event"), event: realtimeEvent }),
  z.object({
    type: z.literal("text"),
    text: z.string().check(z.minLength(1), z.maxLength(4000)),
  }),
  z.object({ type: z.literal("interrupt") }),
  z.object({
    type: z.literal("approval"),
    callId: z.string(),
    approve: z.boolean(),
  }),
  /** Audio socket only: of this item no more was heard than this. */
  z.object({
    type: z.literal("truncate"),
    itemId: z.string(),
    audioEndMs: z.number().check(z.minimum(0)),
  }),
  z.object({ type: z.literal("stop") }),
]);

const toolStatus = z.enum([
  "running",
  "completed",
  "failed",
  "timed_out",
  "refused",
  "cancelled",
]);

const serverFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("ready"),
    sessionId: z.string(),
    agent: z.object({ name: z.string(), title: z.string() }),
    handshake: z.enum(["server", "ephemeral"]),
    transport: z.enum(["webrtc", "socket"]),
    /** Handshake `ephemeral`: what the browser makes its own call with. */
    clientSecret: z.optional(z.string()),
    /** Where to post the offer; relative to the page where it is a path. */
    callsUrl: z.optional(z.string()),
    model: z.optional(z.string()),
  }),
  /** Handshake `server`: the answer to the offer. */
  z.object({ type: z.literal("answer"), sdp: z.string() }),
  /** Relay only: an event for the call's data channel. */
  z.object({ type: z.literal("send"), event: realtimeEvent }),
  /** Where the browser has no channel of its own: an event of the model. */
  z.object({ type: z.literal("event"), event: realtimeEvent }),
  z.object({
    type: z.literal("tool"),
    callId: z.string(),
    name: z.string(),
    arguments: z.string(),
    status: toolStatus,
    progress: z.optional(z.string()),
    output: z.optional(z.string()),
    durationMs: z.optional(z.number()),
  }),
  /** A call waits for the person's word; they answer with the same type. */
  z.object({
    type: z.literal("approval"),
    callId: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.object({
    type: z.literal("handoff"),
    callId: z.string(),
    from: z.string(),
    to: z.string(),
  }),
  z.object({
    type: z.literal("guardrail"),
    name: z.string(),
    reason: z.string(),
    itemId: z.string(),
  }),
  z.object({
    type: z.literal("usage"),
    inputTokens: z.number(),
    outputTokens: z.number(),
  }),
  z.object({
    type: z.literal("error"),
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
  }),
  z.object({ type: z.literal("ended"), reason: z.string() }),
]);

export type BrowserFrame = z.infer<typeof browserFrame>;
export type ServerFrame = z.infer<typeof serverFrame>;

/** A frame, or a sentence about why it is none. */
export type Parsed<Frame> =
  | { ok: true; frame: Frame }
  | { ok: false; reason: string };

/** Reads what a browser sent. */
export function parseBrowserFrame(raw: string): Parsed<BrowserFrame> {
  return parse(raw, browserFrame);
}

/** Reads what the server sent. */
export function parseServerFrame(raw: string): Parsed<ServerFrame> {
  return parse(raw, serverFrame);
}

function parse<Frame>(
  raw: string,
  schema: z.ZodMiniType<Frame>,
): Parsed<Frame> {
  if (raw.length > MAX_FRAME_CHARACTERS) {
    return {
      ok: false,
      reason:
        `The frame has ${raw.length} characters; ${MAX_FRAME_CHARACTERS} is the most`,
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return {
      ok: false,
      reason: `The frame is no JSON: ${JSON.stringify(raw.slice(0, 60))}`,
    };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, frame: parsed.data };
  const issue = parsed.error.issues[0];
  const type = (value as { type?: unknown } | null)?.type;
  return {
    ok: false,
    reason: `The frame ${JSON.stringify(type ?? null)} does not fit at ${
      issue?.path.join(".") || "its top"
    }: ${issue?.message ?? "unknown"}`,
  };
}
