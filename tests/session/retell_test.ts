import { assertEquals } from "@std/assert";
import { withReport } from "../../lib/client/reports.ts";
import type { RealtimeServerEvent } from "../../lib/realtime/events.ts";
import {
  EMPTY_TRANSCRIPT,
  transcribe,
  type Transcript,
} from "../../lib/realtime/transcript.ts";
import type { Turn } from "../../lib/realtime/turns.ts";
import { parseServerFrame } from "../../lib/session/envelope.ts";
import { retell } from "../../lib/session/retell.ts";

/** One of each kind, and of each state that a page can see. */
const TURNS: Turn[] = [
  {
    kind: "message",
    id: "hello",
    at: 1,
    role: "assistant",
    text: "Hello.",
    status: "complete",
  },
  {
    kind: "message",
    id: "cough",
    at: 1,
    role: "user",
    text: "",
    status: "unintelligible",
  },
  {
    kind: "message",
    id: "asked",
    at: 1,
    role: "user",
    text: "May I?",
    status: "complete",
  },
  {
    kind: "message",
    id: "cut",
    at: 1,
    role: "assistant",
    text: "You may",
    status: "interrupted",
  },
  {
    kind: "guardrail",
    id: "cut no promises",
    at: 1,
    name: "no promises",
    reason: "It promised",
  },
  { kind: "handoff", id: "item_h", at: 1, from: "One", to: "Two" },
  {
    kind: "tool",
    id: "item_t",
    at: 1,
    callId: "call_t",
    name: "pay",
    arguments: "{}",
    status: "completed",
    output: "Paid",
    durationMs: 5,
  },
  {
    kind: "message",
    id: "spoken",
    at: 1,
    role: "user",
    text: "",
    status: "forming",
  },
  {
    kind: "message",
    id: "answer",
    at: 1,
    role: "assistant",
    text: "It is",
    status: "forming",
  },
];

/** The page's transcript after it was told again. */
function told(transcript: Transcript, forPage = true): Transcript {
  for (const sent of retell(TURNS, forPage)) {
    const parsed = parseServerFrame(JSON.stringify(sent));
    if (!parsed.ok) throw new Error(parsed.reason);
    const { frame } = parsed;
    transcript = frame.type === "event"
      ? transcribe(transcript, frame.event as object as RealtimeServerEvent, 1)
      : withReport(transcript, frame, 1);
  }
  return transcript;
}

Deno.test("a page that knows nothing learns every turn, as it stands", () => {
  const known = told(EMPTY_TRANSCRIPT);
  assertEquals(known.turns, TURNS);
});

Deno.test("a page that knows all of it sees nothing change", () => {
  const known = { ...EMPTY_TRANSCRIPT, turns: TURNS };
  assertEquals(told(known).turns, TURNS);
});

Deno.test("a page that knows the beginning learns the rest, each in its place", () => {
  for (let known = 1; known < TURNS.length; known++) {
    const turns = TURNS.slice(0, known);
    assertEquals(told({ ...EMPTY_TRANSCRIPT, turns }).turns, TURNS);
  }
});

Deno.test("an answer that had words on the page is complete where it was kept so", () => {
  const turns = [{ ...TURNS[0]!, text: "Hello.", status: "forming" } as Turn];
  assertEquals(
    told({ ...EMPTY_TRANSCRIPT, turns }).turns[0],
    TURNS[0],
  );
});

Deno.test("a handoff takes the place of the call that asked for it", () => {
  const { id } = TURNS[5]!;
  const asked: Turn = {
    kind: "tool",
    id,
    at: 1,
    callId: "call_h",
    name: "hand_over_to_two",
    arguments: "{}",
    status: "running",
  };
  const turns = TURNS.toSpliced(5, 1, asked);
  assertEquals(told({ ...EMPTY_TRANSCRIPT, turns }).turns, TURNS);
});

Deno.test("a page with a channel of its own to the model learns of tools, handoffs and guardrails alone", () => {
  const frames = retell(TURNS, false).map(({ type }) => type);
  assertEquals(frames, ["guardrail", "handoff", "tool"]);
});

Deno.test("of a long conversation the page is told the latest", () => {
  const many = Array.from(
    { length: 1_000 },
    (_, at): Turn => ({ ...TURNS[0]!, id: `turn_${at}` }) as Turn,
  );
  const frames = retell(many, true);
  assertEquals(frames.length, 50);
  assertEquals(JSON.stringify(frames.at(-1)).includes("turn_999"), true);
});

Deno.test("what the agent was at when its server died ended unheard: nobody speaks", () => {
  const speaking: Transcript = { ...EMPTY_TRANSCRIPT, activity: "speaking" };
  const ready = {
    type: "ready",
    sessionId: "sess_1",
    agent: { name: "one", title: "One" },
    handshake: "server",
    transport: "webrtc",
    resumeToken: "token",
    resumed: true,
  } as const;
  assertEquals(withReport(speaking, ready, 1), speaking);
  const takenUp = { ...ready, takenUp: true };
  assertEquals(withReport(speaking, takenUp, 1).activity, "listening");
});
