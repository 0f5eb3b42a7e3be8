import { assertEquals } from "@std/assert";
import { nextReply } from "../../bench/support/script.ts";
import type { ConversationItem } from "../../lib/realtime/events.ts";
import { sayExactly } from "../../lib/realtime/examples.ts";

const TOOLS = [
  {
    type: "function" as const,
    name: "get_weather",
    parameters: {
      type: "object",
      properties: {
        location: { type: "string", examples: ["Rome", "Paris"] },
        unit: { type: "string", enum: ["celsius"] },
      },
      required: ["location"],
    },
  },
  {
    type: "function" as const,
    name: "book",
    parameters: {
      type: "object",
      properties: {
        seat: { enum: ["aisle", "window"] },
        name: { type: "string" },
        people: { type: "integer" },
      },
      required: ["seat", "name", "people"],
    },
  },
];

const said = (text: string): ConversationItem => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
});

const called = (call_id: string): ConversationItem => ({
  type: "function_call",
  call_id,
  name: "get_weather",
  arguments: "{}",
});

const put = (call_id: string, output: string): ConversationItem => ({
  type: "function_call_output",
  call_id,
  output,
});

/** What the script does after these items. */
function after(...items: ConversationItem[]): unknown {
  const session = { tools: TOOLS };
  const reply = nextReply({ session, items, heard: () => undefined });
  return reply.kind === "message" ? reply.text : reply.calls;
}

Deno.test("the script calls the tools that a text asks for", () => {
  const weather = { name: "get_weather", arguments: '{"location":"Rome"}' };
  assertEquals(after(said("call 7")), [weather]);
  assertEquals(after(said("Use a tool, please")), [weather]);
  assertEquals(after(said("tool:book")), [{
    name: "book",
    arguments: '{"seat":"aisle","name":"something","people":1}',
  }]);
  assertEquals(after(said('tool:book {"seat":')), [{
    name: "book",
    arguments: '{"seat":"aisle","name":"something","people":1}',
  }]);
  assertEquals(after(said('tool:other {"a": {"b": 1}}')), [{
    name: "other",
    arguments: '{"a": {"b": 1}}',
  }]);
  assertEquals(after(said('tools:get_weather×2 {"location":"Bonn"}')), [
    { name: "get_weather", arguments: '{"location":"Bonn"}' },
    { name: "get_weather", arguments: '{"location":"Bonn"}' },
  ]);
});

Deno.test("the script says what it was told, and what tools put out", () => {
  assertEquals(after(), "Hello.");
  assertEquals(after(said("Good day")), "You said: Good day");
  assertEquals(
    after(said("call me"), said("x".repeat(50))),
    [
      "You said: ",
      "x".repeat(40),
    ].join(""),
  );
  const question = said("tools:get_weather×2");
  assertEquals(
    after(question, called("a"), called("b")),
    "I have no output yet.",
  );
  assertEquals(
    after(
      question,
      called("a"),
      called("b"),
      put("b", "y".repeat(50)),
      put("a", "Sunny"),
    ),
    `It says: ${"y".repeat(40)}; Sunny`,
  );
});

Deno.test("the script says exactly what a response's instructions ask for", () => {
  assertEquals(
    nextReply({
      session: { tools: TOOLS },
      instructions: sayExactly("One moment."),
      items: [said("call 1")],
      heard: () => undefined,
    }),
    { kind: "message", text: "One moment." },
  );
});

Deno.test("the script calls nothing where no tool may be called", () => {
  assertEquals(
    nextReply({
      session: { tools: TOOLS, tool_choice: "none" },
      items: [said("call 1")],
      heard: () => undefined,
    }),
    { kind: "message", text: "You said: call 1" },
  );
});

Deno.test("the script goes by what it heard where something was said aloud", () => {
  const spoken: ConversationItem = {
    id: "item_1",
    type: "message",
    role: "user",
    content: [{ type: "input_audio" }],
  };
  const heard = (id: string) => id === "item_1" ? "call 2" : undefined;
  const reply = nextReply({
    session: { tools: TOOLS },
    items: [spoken],
    heard,
  });
  assertEquals(reply.kind, "calls");
});
