import type {
  ConversationItem,
  RealtimeResponseUsage,
} from "../realtime/events.ts";

/** OpenAI counts a token for each 100 ms heard and for each 50 ms spoken. */
const INPUT_MS_PER_TOKEN = 100;
const OUTPUT_MS_PER_TOKEN = 50;
/** The usual rule of thumb for English text. */
const CHARACTERS_PER_TOKEN = 4;

/** About how many tokens a text is. */
export function textTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** Tokens of an answer: its words, and its sound in milliseconds. */
export function outputTokens(text: string, spokenMs: number): number {
  return textTokens(text) + Math.ceil(spokenMs / OUTPUT_MS_PER_TOKEN);
}

/** What went into a response and what came out of it. */
export interface ResponseTally {
  instructions: string;
  items: readonly ConversationItem[];
  /** Milliseconds of a person's speech in an item; 0 for text. */
  heardMs: (itemId: string) => number;
  outputText: string;
  spokenMs: number;
}

/** The usage figures of one response, in the wire's form. */
export function usageOf(tally: ResponseTally): RealtimeResponseUsage {
  const inputText = textTokens(tally.instructions) +
    tally.items.reduce((sum, item) => sum + textTokens(textOf(item)), 0);
  const inputAudio = tally.items.reduce(
    (sum, item) =>
      sum +
      Math.ceil(
        (item.id === undefined ? 0 : tally.heardMs(item.id)) /
          INPUT_MS_PER_TOKEN,
      ),
    0,
  );
  const outputText = textTokens(tally.outputText);
  const outputAudio = Math.ceil(tally.spokenMs / OUTPUT_MS_PER_TOKEN);
  return {
    total_tokens: inputText + inputAudio + outputText + outputAudio,
    input_tokens: inputText + inputAudio,
    output_tokens: outputText + outputAudio,
    input_token_details: {
      text_tokens: inputText,
      audio_tokens: inputAudio,
      image_tokens: 0,
      cached_tokens: 0,
    },
    output_token_details: {
      text_tokens: outputText,
      audio_tokens: outputAudio,
    },
  };
}

function textOf(item: ConversationItem): string {
  switch (item.type) {
    case "message":
      return item.content.map((part) => part.text ?? "").join(" ");
    case "function_call":
      return item.name + item.arguments;
    case "function_call_output":
      return item.output;
    default:
      return "";
  }
}
