import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { EventQueue } from "../../lib/realtime/event_queue.ts";
import {
  describeWithPhrases,
  examplesOf,
  instructWithExamples,
  phrasesOf,
  sayExactly,
  wordsToSay,
} from "../../lib/realtime/examples.ts";
import { newId } from "../../lib/realtime/ids.ts";
import { explainRefusal } from "../../lib/realtime/refusals.ts";

Deno.test("ids have their prefix and are not alike", () => {
  assertMatch(newId("call"), /^call_[0-9A-Za-z]{22}$/);
  assertEquals(
    new Set(Array.from({ length: 1000 }, () => newId("ek"))).size,
    1000,
  );
});

Deno.test("examples come back as they were written", () => {
  const phrases = ['say "hi" to {name}', "what's up"];
  assertEquals(
    phrasesOf(describeWithPhrases("Greets.\nIn two lines", phrases)),
    phrases,
  );
  assertEquals(phrasesOf("No examples here"), []);
  assertEquals(describeWithPhrases("As it is", []), "As it is");
  const examples = [{ phrase: "a \\ b", answer: 'He said "no".' }];
  assertEquals(examplesOf(instructWithExamples("Be nice", examples)), examples);
  assertEquals(
    wordsToSay(sayExactly('A "word".\nAnd one')),
    'A "word".\nAnd one',
  );
  assertEquals(wordsToSay("Be brief"), undefined);
});

Deno.test("a queue gives its values in order, waits, and ends", async () => {
  const queue = new EventQueue<number>();
  queue.push(1);
  const taken: number[] = [];
  const reading = (async () => {
    for await (const value of queue) taken.push(value);
  })();
  await Promise.resolve();
  queue.push(2);
  queue.push(3);
  queue.end();
  queue.push(4);
  await reading;
  assertEquals(taken, [1, 2, 3]);
});

Deno.test("a queue that nobody reads ends with an error", async () => {
  const queue = new EventQueue<number>(2);
  for (const value of [1, 2, 3]) queue.push(value);
  const taken: number[] = [];
  await assertRejects(
    async () => {
      for await (const value of queue) taken.push(value);
    },
    Error,
    "More than 2 events are waiting",
  );
  assertEquals(taken, [1, 2]);
});

Deno.test("a provider's refusal becomes a sentence that says what to do", async (test) => {
  for (
    const [answer, code, words] of [
      [{ status: 401 }, "key_rejected", /OPENAI_API_KEY/],
      [{ status: 403 }, "not_allowed", /permissions/],
      [{ status: 404, model: "m" }, "model_not_found", /'m'.*REALTIME_MODEL/],
      [
        { status: 400, code: "model_not_found", model: "m" },
        "model_not_found",
        /'m'/,
      ],
      [
        { status: 429, code: "insufficient_quota" },
        "quota_exceeded",
        /billing/,
      ],
      [{ status: 429 }, "rate_limited", /Wait/],
      [{ status: 503 }, "provider_down", /503/],
      [{ status: 400, detail: "Bad SDP" }, "request_refused", /Bad SDP/],
    ] as const
  ) {
    await test.step(`${answer.status} ${code}`, () => {
      const refusal = explainRefusal("OpenAI", answer);
      assertEquals(refusal.code, code);
      assertMatch(refusal.message, words);
    });
  }
});
