import { z } from "zod";
import type { RealtimeClientEvent } from "../realtime/events.ts";
import { checked, ClientEventError } from "./errors.ts";
import {
  maxTokensSchema,
  modalitiesSchema,
  toolChoiceSchema,
  toolsSchema,
} from "./session_config.ts";

const common = {
  id: z.string().min(1).max(64).optional(),
  object: z.literal("realtime.item").optional(),
  status: z.enum(["completed", "incomplete", "in_progress"]).optional(),
};

const message = z.discriminatedUnion("role", [
  z.strictObject({
    ...common,
    type: z.literal("message"),
    role: z.literal("system"),
    content: z.array(
      z.strictObject({ type: z.literal("input_text"), text: z.string() }),
    ).min(1),
  }),
  z.strictObject({
    ...common,
    type: z.literal("message"),
    role: z.literal("user"),
    content: z.array(z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("input_text"), text: z.string() }),
      z.strictObject({
        type: z.literal("input_audio"),
        audio: z.string().optional(),
        transcript: z.string().nullish(),
      }),
      z.strictObject({
        type: z.literal("input_image"),
        image_url: z.string(),
        detail: z.enum(["auto", "low", "high"]).optional(),
      }),
    ])).min(1),
  }),
  z.strictObject({
    ...common,
    type: z.literal("message"),
    role: z.literal("assistant"),
    content: z.array(z.strictObject({
      type: z.enum(["output_text", "output_audio"]),
      text: z.string().optional(),
      audio: z.string().optional(),
      transcript: z.string().nullish(),
    })).min(1),
  }),
]);

const item = z.union([
  message,
  z.strictObject({
    ...common,
    type: z.literal("function_call"),
    name: z.string(),
    arguments: z.string(),
    call_id: z.string().optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal("function_call_output"),
    call_id: z.string(),
    output: z.string(),
  }),
]);

const response = z.strictObject({
  instructions: z.string().optional(),
  output_modalities: modalitiesSchema.optional(),
  audio: z.record(z.string(), z.unknown()).optional(),
  conversation: z.enum(["auto", "none"]).optional(),
  input: z.array(item).optional(),
  metadata: z.record(z.string().max(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= 16, "More than 16 pairs")
    .nullish(),
  tools: toolsSchema.optional(),
  tool_choice: toolChoiceSchema.optional(),
  parallel_tool_calls: z.boolean().optional(),
  max_output_tokens: maxTokensSchema.optional(),
  prompt: z.record(z.string(), z.unknown()).nullish(),
  reasoning: z.record(z.string(), z.unknown()).nullish(),
});

const event_id = z.string().max(512).optional();
const item_id = z.string().min(1);

/** OpenAI takes at most 15 MiB of audio in one event; base64 is 4/3 of that. */
const MAX_AUDIO_CHARACTERS = 20 * 1024 * 1024;

const schemas = {
  // What is inside `session` is checked by parseSession, which names the field.
  "session.update": z.strictObject({
    type: z.literal("session.update"),
    event_id,
    session: z.record(z.string(), z.unknown()),
  }),
  "input_audio_buffer.append": z.strictObject({
    type: z.literal("input_audio_buffer.append"),
    event_id,
    audio: z.string().max(MAX_AUDIO_CHARACTERS),
  }),
  "input_audio_buffer.commit": z.strictObject({
    type: z.literal("input_audio_buffer.commit"),
    event_id,
  }),
  "input_audio_buffer.clear": z.strictObject({
    type: z.literal("input_audio_buffer.clear"),
    event_id,
  }),
  "output_audio_buffer.clear": z.strictObject({
    type: z.literal("output_audio_buffer.clear"),
    event_id,
  }),
  "conversation.item.create": z.strictObject({
    type: z.literal("conversation.item.create"),
    event_id,
    previous_item_id: z.string().nullish(),
    item,
  }),
  "conversation.item.retrieve": z.strictObject({
    type: z.literal("conversation.item.retrieve"),
    event_id,
    item_id,
  }),
  "conversation.item.delete": z.strictObject({
    type: z.literal("conversation.item.delete"),
    event_id,
    item_id,
  }),
  "conversation.item.truncate": z.strictObject({
    type: z.literal("conversation.item.truncate"),
    event_id,
    item_id,
    content_index: z.literal(0),
    audio_end_ms: z.number().int().min(0),
  }),
  "response.create": z.strictObject({
    type: z.literal("response.create"),
    event_id,
    response: response.nullish(),
  }),
  "response.cancel": z.strictObject({
    type: z.literal("response.cancel"),
    event_id,
    response_id: z.string().optional(),
  }),
} satisfies Record<RealtimeClientEvent["type"], z.ZodType>;

/**
 * Checks a client's event against the wire's form.
 *
 * @throws {ClientEventError} naming the parameter at fault. An unknown event
 * type is an `invalid_value` for `type`, as OpenAI has it.
 */
export function parseClientEvent(value: unknown): RealtimeClientEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ClientEventError("invalid_value", "Expected a JSON object");
  }
  const type = (value as { type?: unknown }).type;
  if (type === undefined) {
    throw new ClientEventError(
      "missing_required_parameter",
      "Missing required parameter: 'type'",
      "type",
    );
  }
  if (typeof type !== "string" || !Object.hasOwn(schemas, type)) {
    throw new ClientEventError(
      "invalid_value",
      `Invalid value for 'type': ${
        JSON.stringify(type).slice(0, 80)
      }. Supported values are: ${Object.keys(schemas).join(", ")}`,
      "type",
    );
  }
  const schema = schemas[type as RealtimeClientEvent["type"]];
  return checked<unknown>(schema, value) as RealtimeClientEvent;
}

/** The client's own id of an event, as far as it can be read. */
export function eventIdOf(value: unknown): string | null {
  const id = (value as { event_id?: unknown } | null)?.event_id;
  return typeof id === "string" ? id : null;
}
