import type { RealtimeResponseUsage } from "./events.ts";

/** What tokens of one kind cost, in US dollars a million. */
interface TokenPrices {
  input: number;
  /** Input that the model had read before. */
  cached: number;
  output: number;
}

interface ModelPrices {
  text: TokenPrices;
  audio: TokenPrices;
}

const AUDIO: TokenPrices = { input: 32, cached: 0.4, output: 64 };
const REASONING: ModelPrices = {
  text: { input: 4, cached: 0.4, output: 24 },
  audio: AUDIO,
};
const PLAIN: ModelPrices = {
  text: { input: 4, cached: 0.4, output: 16 },
  audio: AUDIO,
};
const MINI: ModelPrices = {
  text: { input: 0.6, cached: 0.06, output: 2.4 },
  audio: { input: 10, cached: 0.3, output: 20 },
};
const NOTHING: TokenPrices = { input: 0, cached: 0, output: 0 };

/**
 * As OpenAI's pages of these models had them in November 2026
 * (https://developers.openai.com/api/docs/models/gpt-realtime-2.1 and so on);
 * `gpt-realtime` and `gpt-realtime-mini` as other price lists agree on them. A
 * model that is not here has no price: a wrong sum is worse than none.
 */
const PRICES: ReadonlyMap<string, ModelPrices> = new Map([
  ["gpt-realtime-2.1", REASONING],
  ["gpt-realtime-2", REASONING],
  ["gpt-realtime-1.5", PLAIN],
  ["gpt-realtime", PLAIN],
  ["gpt-realtime-2.1-mini", MINI],
  ["gpt-realtime-mini", MINI],
  // The embedded peer.
  ["parley-local", { text: NOTHING, audio: NOTHING }],
]);

/** A snapshot costs what its model costs: `gpt-realtime-2025-08-28`. */
const SNAPSHOT = /-\d{4}-\d{2}-\d{2}$/;

/**
 * What a response cost, in US dollars; undefined where the model's prices are
 * not known or the usage does not say of what kind the tokens were. Recognising
 * the person's words is another model's work and not in it.
 */
export function costOf(
  model: string,
  { input_token_details: input, output_token_details: output }:
    RealtimeResponseUsage,
): number | undefined {
  const prices = PRICES.get(model.replace(SNAPSHOT, ""));
  if (!prices || !input || !output) return undefined;
  const { text_tokens = 0, audio_tokens = 0, cached_tokens = 0 } = input;
  // Where it does not say which, text: the sum is never too low.
  const cachedText = input.cached_tokens_details?.text_tokens ??
    Math.min(cached_tokens, text_tokens);
  const cachedAudio = input.cached_tokens_details?.audio_tokens ??
    cached_tokens - cachedText;
  const { text, audio } = prices;
  const millionths = (text_tokens - cachedText) * text.input +
    cachedText * text.cached +
    (audio_tokens - cachedAudio) * audio.input +
    cachedAudio * audio.cached +
    (output.text_tokens ?? 0) * text.output +
    (output.audio_tokens ?? 0) * audio.output;
  return millionths / 1_000_000;
}
