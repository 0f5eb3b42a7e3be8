/** What the fuzzing of `deno task fuzz` has found in the peer's sessions. */
import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { settle } from "parley/testing";
import type { SessionConfig } from "../../lib/realtime/events.ts";
import {
  describeWithPhrases,
  instructWithExamples,
  phrasesOf,
  sayExactly,
  wordsToSay,
} from "../../lib/realtime/examples.ts";
import { openSession, WEATHER } from "./peer.ts";

/** Numbers are made of objects by these, and of this one can't be made any. */
const NO_NUMBER = { valueOf: 1, toString: 1 };

const TEXT: SessionConfig = { ...WEATHER, output_modalities: ["text"] };

const typed = (text: string) => ({
  type: "conversation.item.create",
  item: {
    type: "message",
    role: "user",
    content: [{ type: "input_text", text }],
  },
});

/** The types of what the session says to an event. */
async function said(
  { session, types }: ReturnType<typeof openSession>,
  event: unknown,
): Promise<string[]> {
  await session.receive(JSON.stringify(event));
  await settle();
  return types();
}

Deno.test("an event that can't be carried out costs that event alone", async (test) => {
  const deep = "[".repeat(50_000) + "]".repeat(50_000);
  const events: Record<string, unknown> = {
    "a type in very many brackets": `{"type":${deep}}`,
    "content in very many brackets":
      `{"type":"session.update","session":{"type":"realtime","tracing":{"a":${deep}}}}`,
    "a text with a length of its own": {
      type: "response.cancel",
      event_id: { length: NO_NUMBER },
    },
    "a session's text with a length of its own": {
      type: "session.update",
      session: { type: "realtime", model: { length: NO_NUMBER } },
    },
  };
  const run = openSession();
  run.types();
  for (const [name, event] of Object.entries(events)) {
    await test.step(name, async () => {
      await run.session.receive(
        typeof event === "string" ? event : JSON.stringify(event),
      );
      assertEquals(run.find("error").error.code, "invalid_value");
      assertEquals(run.types(), ["error"]);
      assertEquals(await said(run, typed("Hello")), [
        "conversation.item.added",
        "conversation.item.done",
      ]);
    });
  }
  run.session.close();
});

Deno.test("a response may be asked for with null for its settings", async () => {
  const run = openSession(TEXT);
  await run.session.receive('{"type":"response.create","response":null}');
  await settle();
  assertEquals(run.find("response.done").response.status, "completed");
  run.session.close();
});

Deno.test("a tool's parameters may be called as what every object has", async () => {
  const run = openSession(TEXT);
  await run.session.receive(JSON.stringify({
    type: "session.update",
    session: {
      type: "realtime",
      tools: [{
        type: "function",
        name: "find",
        description: describeWithPhrases("Find", [
          "find {constructor} or {__proto__} or {toString}",
        ]),
        parameters: {
          properties: JSON.parse(
            `{"constructor":{"examples":["Rome"]},"__proto__":{"examples":["Paris"]},
              "valueOf":{"examples":[{"valueOf":1,"toString":1},[[]],5]}}`,
          ),
        },
      }],
    },
  }));
  assertEquals(run.find("session.updated") !== undefined, true);
  assertEquals(
    run.hearing.settings.at(-1)!.slots,
    JSON.parse(
      '{"constructor":["Rome"],"__proto__":["Paris"],"valueOf":["5"]}',
    ),
  );
  await said(run, typed("Find rome or paris or London"));
  await run.session.receive('{"type":"response.create"}');
  await settle();
  const { name, arguments: args } = run.find(
    "response.function_call_arguments.done",
  );
  assertEquals(
    [name, args],
    ["find", '{"constructor":"Rome","__proto__":"Paris","toString":"London"}'],
  );
  run.session.close();
});

Deno.test("what is said of a long value is short", async () => {
  const run = openSession();
  await run.session.receive(JSON.stringify({
    type: "conversation.item.delete",
    item_id: "x".repeat(100_000),
  }));
  const { message } = run.find("error").error;
  assertMatch(message, /^No item 'xxx/);
  assertEquals(message.length < 1100, true);
  run.session.close();
});

/** Each of them kept a processor busy for between seconds and for ever. */
Deno.test("long texts are answered at once", async (test) => {
  const answer = "What can I do?";
  const texts: Record<
    string,
    SessionConfig & { said?: string; told?: string }
  > = {
    "spaces in a question": {
      ...TEXT,
      said: `${" ".repeat(300_000)}rain`,
    },
    "many places in a phrase": {
      ...TEXT,
      tools: [{
        type: "function",
        name: "find",
        description: describeWithPhrases("Find", ["{a} ".repeat(40) + "end"]),
      }],
      said: "word ".repeat(90),
    },
    "very many phrases": {
      ...TEXT,
      tools: [{
        type: "function",
        name: "find",
        description: describeWithPhrases("Find", Array(100_000).fill("a")),
      }],
      said: "word and ".repeat(50),
    },
    "an example that does not end": {
      ...TEXT,
      instructions: `- When asked "${'\\"'.repeat(150_000)}`,
    },
    "many words for few tokens": {
      ...TEXT,
      max_output_tokens: 1,
      told: "a ".repeat(150_000),
    },
    "spaces behind the words": {
      ...TEXT,
      told: `a${" ".repeat(300_000)}`,
    },
  };
  for (
    const [name, { said: question = answer, told, ...config }] of Object
      .entries(texts)
  ) {
    await test.step(name, async () => {
      const run = openSession(config);
      await said(run, typed(question));
      const began = performance.now();
      await run.session.receive(JSON.stringify({
        type: "response.create",
        response: told === undefined ? {} : { instructions: sayExactly(told) },
      }));
      await settle();
      assertMatch(
        run.find("response.done").response.status!,
        /^(completed|incomplete)$/,
      );
      const ms = performance.now() - began;
      assertEquals(ms < 2000, true, `It took ${ms} ms`);
      run.session.close();
    });
  }
});

Deno.test("an answer without a limit has as many tokens as a model's at most", async () => {
  const run = openSession(TEXT);
  await run.session.receive(JSON.stringify({
    type: "response.create",
    response: { instructions: sayExactly("word ".repeat(10_000)) },
  }));
  await settle();
  const { status, usage } = run.find("response.done").response;
  assertEquals(status, "incomplete");
  assertEquals(usage!.output_tokens! <= 4096, true);
  assertEquals(usage!.output_tokens! > 4090, true);
  run.session.close();
});

Deno.test("a text that quotes in the middle, or to no end, is still read", () => {
  assertEquals(
    wordsToSay('Say exactly this and nothing else: "a \\"b\\" c"'),
    'a "b" c',
  );
  assertEquals(wordsToSay('Say exactly this and nothing else: "a'), undefined);
  assertEquals(
    phrasesOf(describeWithPhrases("x", ["one", "two"]).replace(/"\.$/, "")),
    ["one"],
  );
  assertEquals(
    instructWithExamples("", [{ phrase: "a", answer: "b" }]),
    '\n- When asked "a", answer "b".',
  );
});

Deno.test("a fault of the peer's own costs the event it came from alone", async () => {
  const run = openSession();
  run.session.ear.clear = () => {
    throw new Error("The ear is stuck");
  };
  await run.session.receive(
    '{"type":"input_audio_buffer.clear","event_id":"event_1"}',
  );
  assertObjectMatch(run.find("error").error, {
    type: "server_error",
    code: "server_error",
    message: "The peer failed over this event: Error: The ear is stuck",
    event_id: "event_1",
  });
  run.types();
  assertEquals(await said(run, typed("Hello")), [
    "conversation.item.added",
    "conversation.item.done",
  ]);
  run.session.close();
});
