import { z } from "zod";
import type { RealtimeServerEvent } from "../realtime/events.ts";

/**
 * What Parley reads of an event, for those that a browser relays: they are only
 * as honest as the browser is. Of all others nothing is read but the type.
 */
const text = z.string();
const item = z.looseObject({ id: text, type: text }).and(
  z.union([
    z.looseObject({
      type: z.literal("message"),
      role: z.enum(["user", "assistant", "system"]),
      content: z.array(
        z.looseObject({
          type: text,
          text: text.nullish(),
          transcript: text.nullish(),
        }),
      ),
    }),
    z.looseObject({
      type: z.literal("function_call"),
      call_id: text,
      name: text,
      arguments: text,
    }),
    z.looseObject({
      type: text.refine((type) =>
        type !== "message" && type !== "function_call"
      ),
    }),
  ]),
);
const itemEvent = z.looseObject({ item, previous_item_id: text.nullish() });
const tokens = z.number().nonnegative().optional();
const usage = z.looseObject({
  input_tokens: tokens,
  output_tokens: tokens,
  input_token_details: z.looseObject({
    text_tokens: tokens,
    audio_tokens: tokens,
    cached_tokens: tokens,
    cached_tokens_details: z.looseObject({
      text_tokens: tokens,
      audio_tokens: tokens,
    }).nullish(),
  }).nullish(),
  output_token_details: z.looseObject({
    text_tokens: tokens,
    audio_tokens: tokens,
  }).nullish(),
});
const response = z.looseObject({
  response: z.looseObject({
    output: z.array(item).nullish(),
    output_modalities: z.array(text).nullish(),
    usage: usage.nullish(),
  }),
});
const ofItem = z.looseObject({ item_id: text });
const delta = z.looseObject({ item_id: text, delta: text });

const READ = new Map<string, z.ZodType>(Object.entries({
  "conversation.item.added": itemEvent,
  "conversation.item.done": itemEvent,
  "conversation.item.retrieved": z.looseObject({ item }),
  "conversation.item.deleted": ofItem,
  "conversation.item.truncated": z.looseObject({
    item_id: text,
    audio_end_ms: z.number().nonnegative(),
  }),
  "conversation.item.input_audio_transcription.delta": z.looseObject({
    item_id: text,
    delta: text.optional(),
  }),
  "conversation.item.input_audio_transcription.completed": z.looseObject({
    item_id: text,
    transcript: text,
  }),
  "conversation.item.input_audio_transcription.failed": ofItem,
  "response.created": response,
  "response.done": response,
  "response.output_audio_transcript.delta": delta,
  "response.output_text.delta": delta,
  "response.output_audio_transcript.done": z.looseObject({
    item_id: text,
    transcript: text,
  }),
  "response.output_text.done": z.looseObject({ item_id: text, text }),
  "response.function_call_arguments.done": z.looseObject({
    call_id: text,
    name: text,
    arguments: text,
  }),
  "error": z.looseObject({
    error: z.looseObject({
      message: text,
      code: text.nullish(),
      event_id: text.nullish(),
    }),
  }),
}));

/** Whether an event that a browser relayed has what is read of it. */
export function isUsable(
  event: { type: string },
): event is RealtimeServerEvent {
  return READ.get(event.type)?.safeParse(event).success ?? true;
}
