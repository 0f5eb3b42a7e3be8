import { z } from "zod";
import { readConfig } from "../../lib/config.ts";
import { Doors } from "../../lib/doors/doors.ts";
import { defineAgent } from "../../lib/engine/agent.ts";
import { defineTool } from "../../lib/engine/tool.ts";
import { createLog } from "../../lib/log.ts";
import type { RealtimeProvider } from "../../lib/realtime/provider.ts";
import type { Services } from "../../lib/services.ts";
import { Drain } from "../../lib/session/drain.ts";
import { Heartbeat } from "../../lib/session/heartbeat.ts";
import { Resumptions } from "../../lib/session/resumptions.ts";
import { MemoryLiveSessions } from "../../lib/store/memory_live_sessions.ts";
import { MemoryStore } from "../../lib/store/memory_store.ts";
import { Recorder } from "../../lib/store/recorder.ts";

/** Services without a model: a provider that gives out a fixed secret. */
export function testServices(
  overrides: Partial<Services> = {},
): Services & { lines: string[] } {
  const lines: string[] = [];
  const provider: RealtimeProvider = {
    title: "The test's provider",
    callsUrl: "/calls",
    mintClientSecret: () =>
      Promise.resolve({ value: "ek_test", expiresAt: 2_000_000_000 }),
    createCall: () => Promise.reject(new Error("No calls in this test")),
    attach: () => Promise.reject(new Error("No calls in this test")),
    open: () => Promise.reject(new Error("No sessions in this test")),
    hangup: () => Promise.resolve(),
  };
  const tools = new Map([
    [
      "echo",
      defineTool({
        description: "Says it again",
        parameters: z.object({ words: z.string() }),
        execute: ({ words }) => words,
      }),
    ],
    [
      "pay",
      defineTool({
        description: "Pays",
        parameters: z.object({}),
        needsApproval: true,
        execute: () => "Paid",
      }),
    ],
    [
      "broken",
      defineTool({
        description: "Throws",
        parameters: z.object({}),
        execute: () => {
          throw new Error("The disk is full");
        },
      }),
    ],
  ]);
  const store = new MemoryStore();
  const sessions = new MemoryLiveSessions();
  const live = overrides.live ?? (() => Promise.resolve(sessions));
  const agents = new Map([[
    "weather",
    defineAgent({
      title: "Weather Bot",
      instructions: "A secret recipe",
      greeting: "How can I help you?",
      tools: ["echo", "pay", "broken"],
    }),
  ]]);
  const config = readConfig({
    MAX_SESSIONS: "3",
    REALTIME_HANDSHAKE: "ephemeral",
  });
  const log = createLog({}, (line) => void lines.push(line));
  return {
    config,
    log,
    doors: new Doors(overrides.config ?? config, log),
    provider,
    peer: undefined,
    catalog: () => Promise.resolve({ agents, tools, faults: [] }),
    sessions: new Map(),
    resumptions: new Resumptions(live, "this server"),
    live,
    drain: new Drain(),
    heartbeat: new Heartbeat("this server", live, log),
    store: () => Promise.resolve(store),
    recorder: new Recorder(() => Promise.resolve(store)),
    startedAt: 0,
    lines,
    ...overrides,
  };
}
