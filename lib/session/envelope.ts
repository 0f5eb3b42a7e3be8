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

/**
 * Made when the first one comes: the page reads none, and its script is smaller
 * without them.
 */
function makeBrowserFrame() {
  const sdp = z.string().check(z.maxLength(64 * 1024));
  /** How the person wants to take turns. */
  const turnTaking = z.object({
    /** Only what is said while the button is down counts. */
    pushToTalk: z.boolean(),
    /** Whether speaking cuts the agent short. */
    bargeIn: z.boolean(),
  });
  return z.discriminatedUnion("type", [
    z.object({
      type: z.literal("start"),
      agent: z.optional(z.string()),
      /** How the audio travels; over WebRTC if left out. */
      transport: z.optional(z.enum(["webrtc", "socket"])),
      /** An open microphone and barge-in if left out. */
      turnTaking: z.optional(turnTaking),
      /** Goes on with a conversation whose WebSocket broke: its `ready`'s token. */
      resume: z.optional(z.string().check(z.maxLength(200))),
      /** Handshake `server`: what `offer` would bring, without waiting for `ready`. */
      offer: z.optional(sdp),
    }),
    /** From here on, turns are taken like this. */
    z.object({ type: z.literal("turn_taking"), ...turnTaking.shape }),
    /** Push to talk: the button goes down, or up. */
    z.object({ type: z.literal("talk"), down: z.boolean() }),
    /** Handshake `server`: the offer for a call that Parley makes. */
    z.object({
      type: z.literal("offer"),
      sdp,
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
    /** The call broke off, or found no way: make a new one like this. */
    z.object({
      type: z.literal("new_call"),
      transport: z.enum(["webrtc", "socket"]),
    }),
    z.object({ type: z.literal("stop") }),
  ]);
}

const toolStatus = z.enum([
  "running",
  "completed",
  "failed",
  "timed_out",
  "refused",
  "cancelled",
  "unknown",
]);

/** Why a conversation ended. */
const endCode = z.enum([
  "stopped",
  "time_limit",
  "token_limit",
  "bad_frames",
  "too_slow",
  "call_lost",
  "tampered",
  "server_stopping",
]);

/** Why a conversation goes on over a new call. */
const renewalReason = z.enum([
  "call_lost",
  "call_limit",
  "server_restarted",
  "page_asked",
]);

/** How the audio travels, and what the browser needs for it. */
const route = {
  handshake: z.enum(["server", "ephemeral"]),
  transport: z.enum(["webrtc", "socket"]),
  /** Handshake `ephemeral`: what the browser makes its own call with. */
  clientSecret: z.optional(z.string()),
  /** Where to post the offer; relative to the page where it is a path. */
  callsUrl: z.optional(z.string()),
  model: z.optional(z.string()),
};

const serverFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("ready"),
    sessionId: z.string(),
    agent: z.object({ name: z.string(), title: z.string() }),
    ...route,
    /** What `start` shows to go on with this conversation. */
    resumeToken: z.string(),
    /** Whether this goes on with a conversation that was going on already. */
    resumed: z.optional(z.boolean()),
    /**
     * Whether that was in another process: its turns are told anew, and who is at
     * it is not known.
     */
    takenUp: z.optional(z.boolean()),
  }),
  /**
   * The conversation goes on over a new call, which the page makes now; the one
   * before may still stand, and is left when the new one does.
   */
  z.object({
    type: z.literal("new_call"),
    reason: renewalReason,
    ...route,
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
  /** What one answer cost. */
  z.object({
    type: z.literal("usage"),
    inputTokens: z.number(),
    /** Those of the input that the model had read before. */
    cachedTokens: z.number(),
    outputTokens: z.number(),
    /** US dollars; left out where the model's prices are not known. */
    costUsd: z.optional(z.number()),
  }),
  /** Something the person should know; the conversation goes on. */
  z.object({
    type: z.literal("notice"),
    code: z.enum(["session_limit_near", "call_renewed", "server_stopping"]),
    message: z.string(),
    /** How long until it happens, in seconds. */
    seconds: z.optional(z.number()),
  }),
  z.object({
    type: z.literal("error"),
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
  }),
  z.object({ type: z.literal("ended"), code: endCode, reason: z.string() }),
]);

export type BrowserFrame = z.infer<ReturnType<typeof makeBrowserFrame>>;
export type ServerFrame = z.infer<typeof serverFrame>;
/** How the person wants to take turns. */
export type TurnTaking = NonNullable<
  Extract<BrowserFrame, { type: "start" }>["turnTaking"]
>;
export type RenewalReason = z.infer<typeof renewalReason>;
export type EndCode = z.infer<typeof endCode>;

/** A frame, or a sentence about why it is none. */
export type Parsed<Frame> =
  | { ok: true; frame: Frame }
  | { ok: false; reason: string };

let browserFrame: ReturnType<typeof makeBrowserFrame> | undefined;

/** Reads what a browser sent. */
export function parseBrowserFrame(raw: string): Parsed<BrowserFrame> {
  return parse(raw, browserFrame ??= makeBrowserFrame());
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
  const { type } = (value ?? {}) as { type?: unknown };
  // Of nonsense only what is short is told.
  const name = JSON.stringify(
    typeof type === "string" ? type.slice(0, 60) : null,
  );
  let parsed;
  try {
    parsed = schema.safeParse(value);
  } catch {
    // A check fell over an object that was made to look like something else.
    return { ok: false, reason: `The frame ${name} can't be checked` };
  }
  if (parsed.success) return { ok: true, frame: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    ok: false,
    reason: `The frame ${name} does not fit at ${
      issue?.path.join(".") || "its top"
    }: ${issue?.message ?? "unknown"}`,
  };
}
