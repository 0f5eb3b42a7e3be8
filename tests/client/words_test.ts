import { assertEquals } from "@std/assert";
import { Announcements } from "../../lib/client/announcements.ts";
import { browser, problemText } from "../../lib/client/problem_text.ts";
import {
  transcriptJson,
  transcriptText,
} from "../../lib/client/transcript_file.ts";
import { fileName } from "../../lib/client/download.ts";
import { ENGLISH } from "../../lib/language/english.ts";
import { GERMAN } from "../../lib/language/german.ts";
import type { ToolTurn, Turn } from "../../lib/realtime/turns.ts";

const TURNS: Turn[] = [
  {
    kind: "message",
    id: "1",
    at: 1_000,
    role: "assistant",
    text: "Hello.",
    status: "complete",
  },
  {
    kind: "message",
    id: "2",
    at: 3_000,
    role: "user",
    text: "Rome?",
    status: "complete",
  },
  {
    kind: "tool",
    id: "3",
    callId: "c",
    at: 3_500,
    name: "get_weather",
    arguments: '{"location":"Rome"}',
    status: "completed",
    output: "cloudy",
    durationMs: 3,
  },
  { kind: "handoff", id: "4", at: 4_000, from: "Concierge", to: "Weather Bot" },
  {
    kind: "message",
    id: "5",
    at: 66_000,
    role: "assistant",
    text: "It is cloudy in Rome.",
    status: "interrupted",
    heard: 12,
  },
];

Deno.test("a transcript as text has times, names, tools, and what was not heard", () => {
  assertEquals(
    transcriptText(TURNS, "Concierge", ENGLISH),
    `[0:00] Concierge: Hello.
[0:02] You: Rome?
[0:02] get_weather({"location":"Rome"}): done: cloudy
[0:03] Concierge handed over to Weather Bot
[1:05] Weather Bot: It is cloudy (interrupted; not heard: in Rome.)
`,
  );
  assertEquals(
    transcriptText(TURNS.slice(1, 2), "Concierge", GERMAN),
    "[0:00] Sie: Rome?\n",
  );
  assertEquals(JSON.parse(transcriptJson(TURNS, "Concierge")), {
    agent: "Concierge",
    turns: TURNS,
  });
  assertEquals(
    fileName("weather", "txt", new Date(2026, 2, 1, 14, 5)),
    "parley-weather-2026-03-01-1405.txt",
  );
});

Deno.test("finished turns are announced once, deltas never", () => {
  const announcements = new Announcements();
  const forming: Turn = {
    kind: "message",
    id: "1",
    at: 0,
    role: "assistant",
    text: "Hel",
    status: "forming",
  };
  const next = (turns: Turn[]) =>
    announcements.next(turns, "Weather Bot", ENGLISH);
  assertEquals(next([forming]), []);
  assertEquals(next([{ ...forming, text: "Hello." }]), []);
  const whole: Turn = { ...forming, text: "Hello.", status: "complete" };
  assertEquals(next([whole]), ["Weather Bot: Hello."]);
  assertEquals(next([whole]), []);
  assertEquals(
    next([whole, { ...TURNS[2] as ToolTurn, status: "awaiting_approval" }]),
    [
      "get_weather waits for your approval",
    ],
  );
  assertEquals(next([]), []);
  assertEquals(next([whole]), ["Weather Bot: Hello."], "a new conversation");
});

Deno.test("a problem is said in the page's language, or in the server's own words", () => {
  const say = (code: string, message = "", words = ENGLISH.problem) =>
    problemText({ code, message }, words);
  assertEquals(
    say("quota_exceeded", "No quota left."),
    "No quota left.",
  );
  assertEquals(
    say("quota_exceeded", "No quota left.", GERMAN.problem as never),
    "Das Guthaben beim Anbieter ist aufgebraucht. Prüfen Sie Tarif und Abrechnung.",
  );
  assertEquals(say("something_new", "Words."), "Words.");
  assertEquals(
    say("something_new"),
    "Something unexpected went wrong: something_new",
  );
  assertEquals(say("toString", "Words."), "Words.");
});

Deno.test("how to allow the microphone depends on the browser", () => {
  const of = (userAgent: string, maxTouchPoints = 0) =>
    browser({ userAgent, maxTouchPoints });
  const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
  assertEquals(of(`${mac} AppleWebKit/605 Version/18.0 Safari/605`), "safari");
  assertEquals(of(`${mac} AppleWebKit/605 Version/18.0 Safari/605`, 5), "ios");
  assertEquals(of(`${mac} AppleWebKit/537 Chrome/140.0 Safari/537`), "chrome");
  assertEquals(of("Mozilla/5.0 (X11; rv:140.0) Firefox/140.0"), "firefox");
  assertEquals(
    of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604"),
    "ios",
  );
});
