import { FakeClock } from "parley/testing";
import { withReport } from "../../lib/client/reports.ts";
import { defineAgent } from "../../lib/engine/agent.ts";
import { type ConversationEvent } from "../../lib/engine/observer.ts";
import { createLog } from "../../lib/log.ts";
import {
  type ConversationItem,
  type RealtimeServerEvent,
  type UnsentServerEvent,
} from "../../lib/realtime/events.ts";
import { EMPTY_TRANSCRIPT, transcribe } from "../../lib/realtime/transcript.ts";
import { frameFor } from "../../lib/session/report.ts";
import { type ConversationStore } from "../../lib/store/conversation_store.ts";
import { MemoryStore } from "../../lib/store/memory_store.ts";
import { Recorder } from "../../lib/store/recorder.ts";

const TITLES: Record<string, string> = {
  concierge: "Concierge",
  weather: "Weather Bot",
};

const company = {
  agents: new Map(
    Object.entries(TITLES).map(([name, title]) => [
      name,
      defineAgent({ title, instructions: "…" }),
    ]),
  ),
  tools: new Map(),
};

/** A conversation that is recorded, event by event. */
export function record(store: ConversationStore = new MemoryStore()) {
  const clock = new FakeClock();
  const recorder = new Recorder(() => Promise.resolve(store), clock);
  const lines: string[] = [];
  const { observe, turns, history, flush } = recorder.record({
    id: "sess_1",
    agent: { name: "concierge", title: "Concierge" },
    provider: "local",
    titleOf: (name) => TITLES[name] ?? name,
    log: createLog({}, (line) => void lines.push(line)),
  });
  let at = 1_000;
  /** What the page makes of the same. */
  let page = EMPTY_TRANSCRIPT;
  const happens = (event: ConversationEvent) => {
    at += 100;
    observe(event, { sessionId: "sess_1", agent: "concierge", at });
    if (event.type === "received") page = transcribe(page, event.event, at);
    const frame = frameFor(event, company);
    if (frame !== undefined) page = withReport(page, frame, at);
  };
  return {
    recorder,
    lines,
    happens,
    says: (...events: UnsentServerEvent[]) => {
      for (const event of events) {
        happens({
          type: "received",
          event: { ...event, event_id: "e" } as RealtimeServerEvent,
        });
      }
    },
    page: () => page.turns,
    recent: turns,
    history,
    flush,
    kept: () => store.get("sess_1"),
  };
}

/** A call of a tool, as the model wrote it. */
export const call = (
  id: string,
  call_id: string,
  name: string,
): ConversationItem => ({
  id,
  type: "function_call",
  call_id,
  name,
  arguments: '{"location":"Rome"}',
});
