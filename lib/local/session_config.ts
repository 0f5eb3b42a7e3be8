import { z } from "zod";
import type { SessionConfig } from "../realtime/events.ts";
import { checked } from "./errors.ts";

const format = z.strictObject({
  type: z.literal("audio/pcm", {
    error: "the embedded peer takes and gives 'audio/pcm' only",
  }),
  rate: z.literal(24000).optional(),
});

const turnDetection = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("server_vad"),
    threshold: z.number().min(0).max(1).optional(),
    prefix_padding_ms: z.number().int().min(0).max(5000).optional(),
    silence_duration_ms: z.number().int().min(100).max(10000).optional(),
    create_response: z.boolean().optional(),
    interrupt_response: z.boolean().optional(),
    idle_timeout_ms: z.number().int().min(5000).max(30000).nullish(),
  }),
  z.strictObject({
    type: z.literal("semantic_vad"),
    eagerness: z.enum(["low", "medium", "high", "auto"]).optional(),
    create_response: z.boolean().optional(),
    interrupt_response: z.boolean().optional(),
  }),
]);

const functionTool = z.strictObject({
  type: z.literal("function"),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});

/** A response may override the session's tools; both take the same form. */
export const toolsSchema = z.array(functionTool).max(128);
export const toolChoiceSchema = z.union([
  z.enum(["none", "auto", "required"]),
  z.strictObject({ type: z.literal("function"), name: z.string() }),
]);
export const modalitiesSchema = z.array(z.enum(["audio", "text"])).length(1);
export const maxTokensSchema = z.union([
  z.number().int().min(1).max(4096),
  z.literal("inf"),
]);

const voice = z.union([
  z.string().min(1),
  z.strictObject({ id: z.string() }),
]);

const sessionSchema = z.strictObject({
  type: z.literal("realtime"),
  model: z.string().min(1).optional(),
  instructions: z.string().optional(),
  output_modalities: modalitiesSchema.optional(),
  include: z.array(z.string()).nullish(),
  audio: z.strictObject({
    input: z.strictObject({
      format: format.optional(),
      transcription: z.strictObject({
        model: z.string().optional(),
        language: z.string().optional(),
        prompt: z.string().optional(),
        // For some of OpenAI's models only (AudioTranscription in `openai`);
        // the peer needs none of them, but must not refuse them.
        delay: z.enum(["minimal", "low", "medium", "high", "xhigh"]).optional(),
        keywords: z.array(z.string()).optional(),
        languages: z.array(z.string()).optional(),
      }).nullish(),
      noise_reduction: z.strictObject({
        type: z.enum(["near_field", "far_field"]),
      }).nullish(),
      turn_detection: turnDetection.nullish(),
    }).optional(),
    output: z.strictObject({
      format: format.optional(),
      voice: voice.optional(),
      speed: z.number().min(0.25).max(1.5).optional(),
    }).optional(),
  }).optional(),
  tools: toolsSchema.optional(),
  tool_choice: toolChoiceSchema.optional(),
  parallel_tool_calls: z.boolean().optional(),
  max_output_tokens: maxTokensSchema.optional(),
  // Accepted as OpenAI accepts them; nothing here depends on their inside.
  reasoning: z.record(z.string(), z.unknown()).nullish(),
  truncation: z.union([z.string(), z.record(z.string(), z.unknown())])
    .optional(),
  tracing: z.union([z.literal("auto"), z.record(z.string(), z.unknown())])
    .nullish(),
  prompt: z.record(z.string(), z.unknown()).nullish(),
});

/** Voice detection as the peer acts on it, defaults filled in; ms. */
export interface Detection {
  threshold: number;
  prefixPaddingMs: number;
  silenceMs: number;
  createResponse: boolean;
  interruptResponse: boolean;
  idleTimeoutMs: number | null;
}

/** The model the embedded peer says it is, where the client names none. */
export const LOCAL_MODEL = "parley-local";

/**
 * Checks a session object against the wire's form.
 *
 * @throws {ClientEventError} `unknown_parameter`, `missing_required_parameter`
 * or `invalid_value`, with the field's path under `session`.
 */
export function parseSession(value: unknown): SessionConfig {
  return checked<unknown>(sessionSchema, value, "session") as SessionConfig;
}

/** A new session: the wire's defaults under what the client asked for. */
export function newSession(asked: SessionConfig): SessionConfig {
  return mergeSession({
    type: "realtime",
    model: LOCAL_MODEL,
    instructions: "",
    output_modalities: ["audio"],
    audio: {
      input: {
        format: { type: "audio/pcm", rate: 24000 },
        turn_detection: {
          type: "server_vad",
          threshold: 0.5,
          prefix_padding_ms: 300,
          silence_duration_ms: 500,
          create_response: true,
          interrupt_response: true,
        },
      },
      output: {
        format: { type: "audio/pcm", rate: 24000 },
        voice: "marin",
        speed: 1,
      },
    },
    tools: [],
    tool_choice: "auto",
    max_output_tokens: "inf",
  }, asked);
}

/** The session after an update: omitted fields persist, given ones replace. */
export function mergeSession(
  current: SessionConfig,
  update: SessionConfig,
): SessionConfig {
  return {
    ...current,
    ...update,
    audio: {
      input: { ...current.audio?.input, ...update.audio?.input },
      output: { ...current.audio?.output, ...update.audio?.output },
    },
  };
}

/** How the session detects turns; null: by hand. */
export function detectionOf(session: SessionConfig): Detection | null {
  const detection = session.audio?.input?.turn_detection;
  if (!detection) return null;
  const common = {
    createResponse: detection.create_response ?? true,
    interruptResponse: detection.interrupt_response ?? true,
  };
  if (detection.type === "semantic_vad") {
    // There is no model here that could judge whether a sentence is finished,
    // so eagerness becomes the length of the pause that ends a turn.
    const silenceMs = { low: 1200, medium: 700, auto: 700, high: 400 }[
      detection.eagerness ?? "auto"
    ];
    return {
      ...common,
      threshold: 0.5,
      prefixPaddingMs: 300,
      silenceMs,
      idleTimeoutMs: null,
    };
  }
  return {
    ...common,
    threshold: detection.threshold ?? 0.5,
    prefixPaddingMs: detection.prefix_padding_ms ?? 300,
    silenceMs: detection.silence_duration_ms ?? 500,
    idleTimeoutMs: detection.idle_timeout_ms ?? null,
  };
}

/** The voice to speak with, by name. */
export function voiceOf(session: SessionConfig): string {
  const voice = session.audio?.output?.voice;
  return typeof voice === "string" ? voice : voice?.id ?? "marin";
}
