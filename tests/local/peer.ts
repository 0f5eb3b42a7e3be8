import { Playback } from "../../lib/local/playback.ts";
import { PeerSession } from "../../lib/local/peer_session.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  SessionConfig,
} from "../../lib/realtime/events.ts";
import { FakeClock } from "parley/testing";
import { FakeHearing, fakeSpeaking } from "./fake_audio.ts";

/** A session with one function, for the weather. */
export const WEATHER: SessionConfig = {
  type: "realtime",
  model: "some-model",
  instructions: "You tell the weather",
  audio: { input: { transcription: { model: "any" } } },
  tools: [{
    type: "function",
    name: "get_weather",
    description:
      'Get the weather\nPeople ask for this by saying, for example: "what\'s the weather like in {location}".',
    parameters: {
      type: "object",
      properties: { location: { type: "string", examples: ["Rome"] } },
    },
  }],
};

/** A session on a fake clock with fake ears and voice, and what it reported. */
export function openSession(config: SessionConfig = WEATHER, packets = 10) {
  const clock = new FakeClock();
  const hearing = new FakeHearing();
  const events: RealtimeServerEvent[] = [];
  const sent: number[] = [];
  const ended: string[] = [];
  const session = new PeerSession({
    config,
    hearing,
    speaking: fakeSpeaking(packets),
    clock,
    output: (emit) =>
      new Playback({
        packet: () => void sent.push(clock.now()),
        started: ({ responseId }) =>
          emit({
            type: "output_audio_buffer.started",
            response_id: responseId,
          }),
        stopped: ({ responseId }) =>
          emit({
            type: "output_audio_buffer.stopped",
            response_id: responseId,
          }),
      }, clock),
    ended: (reason) => void ended.push(reason),
  });
  session.subscribe((event) => events.push(event));
  return {
    clock,
    hearing,
    session,
    sent,
    ended,
    events,
    send: (event: RealtimeClientEvent) =>
      session.receive(JSON.stringify(event)),
    /** The types since the last look, runs of deltas folded. */
    types(): string[] {
      const types = events.splice(0).map(({ type }) => type as string);
      return types.filter((type, at) =>
        !(type.endsWith(".delta") && types[at - 1] === type)
      );
    },
    find<Type extends RealtimeServerEvent["type"]>(type: Type) {
      return events.findLast((event) => event.type === type) as Extract<
        RealtimeServerEvent,
        { type: Type }
      >;
    },
  };
}
