import {
  ScriptedPeer,
  type ScriptedPeerOptions,
} from "../../bench/support/scripted_peer.ts";
import type {
  RealtimeServerEvent,
  SessionConfig,
} from "../../lib/realtime/events.ts";
import type { ModelLink } from "../../lib/realtime/link.ts";
import { OpenAIProvider } from "../../lib/realtime/openai.ts";
import { never } from "../realtime/providers/fake_api.ts";

/** As Parley sets one up, with a tool. */
export const SESSION: SessionConfig = {
  type: "realtime",
  model: "gpt-x",
  instructions: "Be brief",
  audio: { input: { transcription: { model: "t" } } },
  tools: [{ type: "function", name: "look", parameters: { type: "object" } }],
};

type Type = RealtimeServerEvent["type"];
export type EventOf<Of extends Type> = Extract<
  RealtimeServerEvent,
  { type: Of }
>;

/** Reads a link's events up to the first of this type; returns all of them. */
export async function upTo(
  link: ModelLink,
  type: Type,
): Promise<RealtimeServerEvent[]> {
  const events: RealtimeServerEvent[] = [];
  for await (const event of link.events) {
    events.push(event);
    if (event.type === type) return events;
  }
  throw new Error(`The link ended before ${type}`);
}

/** The next event of this type; others are passed over. */
export async function next<Of extends Type>(
  link: ModelLink,
  type: Of,
): Promise<EventOf<Of>> {
  return (await upTo(link, type)).at(-1) as EventOf<Of>;
}

/** What puts words of the person into the conversation. */
export const text = (words: string, id?: string) => ({
  type: "conversation.item.create" as const,
  item: {
    id,
    type: "message" as const,
    role: "user" as const,
    content: [{ type: "input_text" as const, text: words }],
  },
});

/** A peer, and a provider that reaches it. */
export function setUp(options?: ScriptedPeerOptions) {
  const peer = new ScriptedPeer(options);
  const provider = new OpenAIProvider({
    title: "P",
    apiKey: "sk-test",
    baseUrl: `${peer.origin}/v1`,
  });
  const call = async () => {
    const { callId } = await provider.createCall("v=0\r\n", SESSION, never);
    const link = await provider.attach(callId, never);
    await next(link, "session.created");
    return { callId, link };
  };
  return { peer, provider, call };
}
