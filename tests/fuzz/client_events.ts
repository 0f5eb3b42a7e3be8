import * as fc from "fast-check";
import {
  describeWithPhrases,
  instructWithExamples,
  sayExactly,
} from "../../lib/realtime/examples.ts";
import {
  hostileJson,
  hostileName,
  hostileText,
  hostileValue,
} from "./hostile.ts";

/** Events that a client may send to the embedded peer, a good one of each kind. */
export const CLIENT_EVENTS: readonly Record<string, unknown>[] = [
  {
    type: "session.update",
    event_id: "event_1",
    session: {
      type: "realtime",
      instructions:
        'Be brief.\n- When asked "who are you", answer "A bot for {name}".',
      output_modalities: ["text"],
      max_output_tokens: 8,
      audio: {
        input: {
          format: { type: "audio/pcm", rate: 24000 },
          transcription: { model: "any", keywords: ["Rome"] },
          noise_reduction: { type: "near_field" },
          turn_detection: {
            type: "server_vad",
            threshold: 0.5,
            prefix_padding_ms: 300,
            silence_duration_ms: 500,
            idle_timeout_ms: 6000,
          },
        },
        output: { voice: "cedar", speed: 1.2 },
      },
      tools: [{
        type: "function",
        name: "get_weather",
        description:
          'Weather\nPeople ask for this by saying, for example: "what is it like in {location} and {location}", "rain".',
        parameters: {
          type: "object",
          properties: {
            location: { type: "string", examples: ["Rome"], enum: ["Paris"] },
          },
        },
      }],
      tool_choice: { type: "function", name: "get_weather" },
      tracing: { group_id: "g" },
      truncation: { type: "retention_ratio", retention_ratio: 0.5 },
      prompt: { id: "p", variables: { name: "Anna" } },
    },
  },
  {
    type: "session.update",
    session: { type: "realtime", audio: { input: { turn_detection: null } } },
  },
  { type: "input_audio_buffer.append", audio: "AAAAAAAAAAA=" },
  { type: "input_audio_buffer.commit" },
  { type: "input_audio_buffer.clear" },
  { type: "output_audio_buffer.clear" },
  {
    type: "conversation.item.create",
    previous_item_id: "root",
    item: {
      id: "item_user",
      type: "message",
      role: "user",
      status: "completed",
      content: [
        { type: "input_text", text: "What is it like in Rome and Paris?" },
        { type: "input_audio", audio: "AAAA", transcript: "Hello" },
        { type: "input_image", image_url: "data:,x", detail: "low" },
      ],
    },
  },
  {
    type: "conversation.item.create",
    item: {
      id: "item_bot",
      type: "message",
      role: "assistant",
      content: [{ type: "output_audio", transcript: "Hi" }],
    },
  },
  {
    type: "conversation.item.create",
    item: {
      type: "message",
      role: "system",
      content: [{ type: "input_text", text: "Be kind" }],
    },
  },
  {
    type: "conversation.item.create",
    item: {
      id: "item_call",
      type: "function_call",
      name: "get_weather",
      arguments: "{}",
      call_id: "call_1",
    },
  },
  {
    type: "conversation.item.create",
    item: {
      type: "function_call_output",
      call_id: "call_1",
      output: '{"sky":{"cloudCover":[1,2]}}',
    },
  },
  { type: "conversation.item.retrieve", item_id: "item_user" },
  { type: "conversation.item.delete", item_id: "item_user" },
  {
    type: "conversation.item.truncate",
    item_id: "item_bot",
    content_index: 0,
    audio_end_ms: 100,
  },
  { type: "response.create" },
  {
    type: "response.create",
    response: {
      instructions: 'Say exactly this and nothing else: "Good day to you."',
      output_modalities: ["text"],
      conversation: "none",
      input: [{
        type: "message",
        role: "user",
        content: [{ type: "input_text", text: "rain" }],
      }],
      metadata: { purpose: "test" },
      tools: [],
      tool_choice: "none",
      max_output_tokens: 1,
    },
  },
  { type: "response.cancel", response_id: "resp_1" },
];

/** A phrase with places for words, such as "what is it like in {location}". */
const phrase = fc.array(
  fc.oneof(
    hostileText,
    hostileName.map((name) => `{${name}}`),
    fc.constantFrom("rain", "what is it like in {location}", "and", "Rome?"),
  ),
  { minLength: 1, maxLength: 4 },
).map((words) => words.join(" "));

const tool = fc.record({
  type: fc.constant("function"),
  name: fc.stringMatching(/^[a-z_]{1,12}$/),
  description: fc.tuple(hostileText, fc.array(phrase, { maxLength: 3 }))
    .map(([text, phrases]) => describeWithPhrases(text, phrases)),
  parameters: fc.array(
    fc.tuple(hostileName, fc.array(hostileValue, { maxLength: 3 })),
    { maxLength: 3 },
  ).map((slots) => ({
    properties: Object.fromEntries(
      slots.map(([name, examples]) => [name, { examples }]),
    ),
  })),
});

const settings = {
  output_modalities: fc.constantFrom(["text"], ["audio"]),
  tools: fc.array(tool, { maxLength: 2 }),
  max_output_tokens: fc.constantFrom(1, 50, 4096, "inf"),
};

/** A session object with content to trip over. */
export const hostileSession = fc.record({
  type: fc.constant("realtime"),
  instructions: fc.tuple(
    hostileText,
    fc.array(fc.record({ phrase, answer: hostileText }), { maxLength: 2 }),
  ).map(([text, examples]) => instructWithExamples(text, examples)),
  ...settings,
}, { requiredKeys: ["type"] });

const itemOf = (item: Record<string, unknown>) => ({
  type: "conversation.item.create",
  item,
});

/** Events in the protocol's form with content to trip over. */
const fitting: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  hostileSession.map((session) => ({ type: "session.update", session })),
  phrase.map((text) =>
    itemOf({
      type: "message",
      role: "user",
      content: [{ type: "input_text", text }],
    })
  ),
  fc.tuple(hostileText, fc.oneof(hostileText, hostileValue.map(jsonOf))).chain(
    ([call_id, output]) =>
      fc.constantFrom(
        itemOf({ type: "function_call", name: "f", arguments: "{}", call_id }),
        itemOf({ type: "function_call_output", call_id: "call_1", output }),
      ),
  ),
  fc.record({
    instructions: fc.oneof(hostileText, phrase.map(sayExactly)),
    ...settings,
  }, { requiredKeys: [] }).map((response) => ({
    type: "response.create",
    response,
  })),
);

/** Any event that a client may try, as JSON. */
export const clientMessage: fc.Arbitrary<string> = fc.oneof(
  fitting.map(jsonOf),
  fc.constantFrom(...CLIENT_EVENTS).map(jsonOf),
  hostileJson(CLIENT_EVENTS),
);

function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? "";
}
