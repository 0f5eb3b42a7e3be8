import { assertEquals, assertStringIncludes } from "@std/assert";
import { think } from "../../lib/local/brain/brain.ts";
import { matchPhrase } from "../../lib/local/brain/match.ts";
import { sentenceFrom } from "../../lib/local/brain/sentence.ts";
import type { ConversationItem } from "../../lib/realtime/events.ts";
import {
  describeWithPhrases,
  instructWithExamples,
  sayExactly,
} from "../../lib/realtime/examples.ts";

const session = {
  instructions: instructWithExamples("You are helpful", [
    { phrase: "tell me a joke", answer: "Knock knock." },
  ]),
  tools: [{
    type: "function" as const,
    name: "get_weather",
    description: describeWithPhrases("Get the weather", [
      "what's the weather like in {location}",
    ]),
    parameters: {
      type: "object",
      properties: { location: { examples: ["Rome", "New York"] } },
    },
  }],
};

function ask(text: string, more: Partial<Parameters<typeof think>[0]> = {}) {
  const items: ConversationItem[] = [{
    type: "message",
    role: "user",
    content: [{ type: "input_text", text }],
  }];
  return think({ session, items, heard: () => undefined, ...more });
}

Deno.test("a phrase is matched by its words", async (test) => {
  const phrase = "what's the weather like in {location}";
  const known = { location: ["Rome", "New York"] };
  const table: [string, Record<string, string> | undefined][] = [
    ["What's the weather like in Rome?", { location: "Rome" }],
    ["what is the weather like in rome", { location: "Rome" }],
    ["Please, what’s the weather like in NEW YORK?", { location: "New York" }],
    ["what is the weather like in São Paulo", { location: "São Paulo" }],
    ["what's the weather like in L'Aquila", { location: "L'Aquila" }],
    ["what's the weather like in", undefined],
    ["what's the weather in Rome", undefined],
    ["", undefined],
  ];
  for (const [text, slots] of table) {
    await test.step(text || "nothing", () => {
      assertEquals(matchPhrase(text, phrase, known), slots);
    });
  }
  await test.step("two slots", () => {
    assertEquals(
      matchPhrase(
        "How do you say good morning in French?",
        "how do you say {text} in {language}",
      ),
      { text: "good morning", language: "French" },
    );
  });
});

Deno.test("a phrase of a tool calls it", () => {
  assertEquals(ask("What's the weather like in Rome?"), {
    kind: "calls",
    calls: [{ name: "get_weather", arguments: '{"location":"Rome"}' }],
  });
});

Deno.test("tool_choice none keeps from calling", () => {
  const reply = ask("What's the weather like in Rome?", {
    session: { ...session, tool_choice: "none" },
  });
  assertEquals(reply.kind, "message");
});

Deno.test("an example of the agent is answered with its answer", () => {
  assertEquals(ask("Tell me a joke!"), {
    kind: "message",
    text: "Knock knock.",
  });
});

Deno.test("anything else is answered with what it can do", () => {
  const reply = ask("What is the meaning of life?");
  assertEquals(reply, {
    kind: "message",
    text:
      "I can help with questions like: what's the weather like in Rome; or: tell me a joke.",
  });
});

Deno.test("instructions to say something are followed to the letter", () => {
  assertEquals(
    ask("What's the weather like in Rome?", {
      instructions: sayExactly('He said "hi". Go on.'),
    }),
    { kind: "message", text: 'He said "hi". Go on.' },
  );
});

Deno.test("a function's output is read out, once", () => {
  const items: ConversationItem[] = [
    { type: "function_call", name: "a", call_id: "1", arguments: "{}" },
    { type: "function_call", name: "b", call_id: "2", arguments: "{}" },
    { type: "function_call_output", call_id: "1", output: "It is cloudy." },
    { type: "function_call_output", call_id: "2", output: '{"celsius":21}' },
  ];
  const reply = think({ session, items, heard: () => undefined });
  assertEquals(reply, { kind: "message", text: "It is cloudy. celsius: 21." });
});

Deno.test("what was heard counts for a spoken item", () => {
  const reply = think({
    session,
    items: [{
      type: "message",
      role: "user",
      id: "item_1",
      content: [{ type: "input_audio" }],
    }],
    heard: (id) => id === "item_1" ? "tell me a joke" : undefined,
  });
  assertEquals(reply, { kind: "message", text: "Knock knock." });
});

Deno.test("a session without phrases says so", () => {
  const reply = think({
    session: { instructions: "", tools: [] },
    items: [],
    heard: () => undefined,
  });
  assertEquals(reply.kind, "message");
  assertStringIncludes(
    reply.kind === "message" ? reply.text : "",
    "no tools with example phrases",
  );
});

Deno.test("outputs become sentences", async (test) => {
  for (
    const [output, sentence] of [
      ["The weather is cloudy.", "The weather is cloudy."],
      ["42", "42."],
      ["", "That is done."],
      ['{"error":"No such city"}', "That did not work: No such city."],
      ['{"maxSpeed":3,"wind_from":"east"}', "max speed: 3, wind from: east."],
      ['["a","b"]', "a, b."],
      ["null", "That is done."],
    ] as const
  ) {
    await test.step(output || "nothing", () => {
      assertEquals(sentenceFrom(output), sentence);
    });
  }
});

Deno.test("a slot keeps its name as it was written", () => {
  assertEquals(
    matchPhrase("call Anna", "call {firstName}", { firstName: ["Anna"] }),
    { firstName: "Anna" },
  );
});
