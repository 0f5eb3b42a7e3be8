/// <reference lib="dom" />
/** Runs in the page: OpenAI's agents SDK as its users write it. */
import {
  OpenAIRealtimeWebRTC,
  RealtimeAgent,
  RealtimeSession,
  tool,
  // deno-lint-ignore no-import-prefix -- only the page's bundle holds it
} from "npm:@openai/agents-realtime@0.20.0";
import { describeWithPhrases } from "../../../lib/realtime/examples.ts";

/** An event, and whether the SDK took it for what it says it is. */
export interface SeenEvent {
  type: string;
  understood: boolean;
}

/** What the page offers to the test. */
export interface AgentsPage {
  agents: {
    /** Settles when the call that the button began is connected, or is not. */
    connected: Promise<void>;
    session: RealtimeSession;
    transport: OpenAIRealtimeWebRTC;
    /** The server's events, in order. */
    events: SeenEvent[];
    /** All that the SDK reported as an error. */
    errors: string[];
  };
}

const getWeather = tool({
  name: "get_weather",
  description: describeWithPhrases("Get the current weather", [
    "what's the weather like in {location}",
    "what is the weather in {location}",
  ]),
  parameters: {
    type: "object",
    properties: {
      location: { type: "string", examples: ["Rome", "Paris", "Seattle"] },
    },
    required: ["location"],
    additionalProperties: false,
  },
  execute: (input) => {
    const { location } = input as { location: string };
    return `The weather in ${location} is sunny. Tomorrow it will be much the same. The day after that brings some rain.`;
  },
});

const parameters = new URLSearchParams(location.search);
const transport = new OpenAIRealtimeWebRTC({
  baseUrl: parameters.get("calls")!,
});
const session = new RealtimeSession(
  new RealtimeAgent({
    name: "Weather Bot",
    instructions: "You tell the weather",
    tools: [getWeather],
  }),
  { transport },
);
const events: SeenEvent[] = [];
const errors: string[] = [];
// The SDK hands an event on twice: to "*" whatever it is, and then, in the same
// breath, under its own name if it has the form that the SDK knows.
transport.on("*", ({ type }) => {
  const seen = { type, understood: false };
  events.push(seen);
  const understand = () => void (seen.understood = true);
  // The SDK's types list its own names only, not all of the wire's.
  const name = type as "connected";
  transport.on(name, understand);
  queueMicrotask(() => transport.off(name, understand));
});
session.on("error", ({ error }) => {
  errors.push(error instanceof Error ? error.message : JSON.stringify(error));
});

const connected = Promise.withResolvers<void>();
document.querySelector("button")!.addEventListener("click", () => {
  session.connect({ apiKey: parameters.get("key")! })
    .then(connected.resolve, connected.reject);
});
Object.assign<typeof globalThis, AgentsPage>(globalThis, {
  agents: { connected: connected.promise, session, transport, events, errors },
});
