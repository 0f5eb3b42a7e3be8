/**
 * What is measured over all conversations. The names are those of OpenTelemetry's
 * semantic conventions for GenAI, where they have one
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/).
 */
import { type Meter, metrics } from "@opentelemetry/api";
import { VERSION } from "../version.ts";

/** Seconds; a conversation's answers lie between a tenth and some ten. */
const SECONDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 60];

/** As the conventions want it for tokens. */
const TOKENS = Array.from({ length: 14 }, (_, at) => 4 ** at);

export type Instruments = ReturnType<typeof newInstruments>;

let instruments: Instruments | undefined;

/** The one set of instruments of this process. */
export function theInstruments(): Instruments {
  return instruments ??= newInstruments(metrics.getMeter("parley", VERSION));
}

function newInstruments(meter: Meter) {
  return {
    /** Tokens of each response, by `gen_ai.token.type`. */
    tokens: meter.createHistogram("gen_ai.client.token.usage", {
      unit: "{token}",
      description: "Tokens that a response took and gave",
      advice: { explicitBucketBoundaries: TOKENS },
    }),
    /** From a response's beginning to its end. */
    responses: meter.createHistogram("gen_ai.client.operation.duration", {
      unit: "s",
      description: "How long a response took",
      advice: { explicitBucketBoundaries: SECONDS },
    }),
    tools: meter.createHistogram("gen_ai.execute_tool.duration", {
      unit: "s",
      description: "How long a tool took",
      advice: { explicitBucketBoundaries: SECONDS },
    }),
    latency: meter.createHistogram("parley.answer.latency", {
      unit: "s",
      description:
        "From the end of the person's speech to the agent's first sound",
      advice: { explicitBucketBoundaries: SECONDS },
    }),
    active: meter.createUpDownCounter("parley.conversations.active", {
      unit: "{conversation}",
      description: "Conversations that go on in this process",
    }),
    ended: meter.createCounter("parley.conversations.ended", {
      unit: "{conversation}",
      description: "Conversations that have ended, by why",
    }),
  };
}
