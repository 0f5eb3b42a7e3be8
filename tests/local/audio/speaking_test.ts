import { assert, assertEquals, assertRejects } from "@std/assert";
import { Hearing } from "../../../lib/local/audio/hearing.ts";
import { OpusDecoder } from "../../../lib/local/audio/opus.ts";
import {
  Speaking,
  type SpokenSentence,
} from "../../../lib/local/audio/speaking.ts";
import { Listening } from "./listening.ts";
import { packets, quiet } from "./person.ts";

const OPUS = { voice: "marin", speed: 1, format: "opus" } as const;
const PCM = { voice: "cedar", speed: 1, format: "pcm" } as const;

/** All sentences, each in one piece. */
async function all(
  speech: AsyncIterable<SpokenSentence>,
): Promise<SpokenSentence[]> {
  const spoken: SpokenSentence[] = [];
  for await (const part of speech) {
    const last = spoken.at(-1);
    if (last === undefined || part.text !== "") spoken.push(part);
    else {
      last.packets.push(...part.packets);
      last.durationMs += part.durationMs;
    }
  }
  return spoken;
}

Deno.test("speaks sentence by sentence in Opus", async () => {
  const speaking = new Speaking();
  const spoken = await all(
    speaking.speak("It is 21.5 °C in Rome. Enjoy the sun! 👍", OPUS),
  );
  assertEquals(spoken.map((sentence) => sentence.text), [
    "It is 21.5 °C in Rome.",
    "Enjoy the sun!",
    "👍",
  ]);
  for (const { durationMs, packets, pcm } of spoken) {
    assertEquals(packets.length * 20, durationMs);
    assertEquals(pcm, null);
  }
  assert(
    spoken[0]!.durationMs > 2000 && spoken[0]!.durationMs < 4500,
    `${spoken[0]!.durationMs} ms`,
  );
  assertEquals(spoken[2]!.durationMs, 0);
  const decoder = new OpusDecoder();
  const sound = decoder.decode(spoken[1]!.packets[20]!);
  assertEquals(sound.length, 320);
  assert(sound.some((sample) => Math.abs(sample) > 500));
  decoder.close();
  speaking.close();
});

Deno.test("speaks PCM at 24 kHz, faster when asked", async () => {
  const speaking = new Speaking();
  const text = "The weather in Seattle is fine today.";
  const [normal] = await all(speaking.speak(text, PCM));
  const [fast] = await all(speaking.speak(text, { ...PCM, speed: 1.5 }));
  assertEquals(normal!.packets, []);
  assert(Math.abs(normal!.pcm!.length / 24 - normal!.durationMs) <= 1);
  const ratio = normal!.durationMs / fast!.durationMs;
  assert(ratio > 1.3 && ratio < 1.7, `${ratio} times as fast`);
  speaking.close();
});

Deno.test("is understood by its own ears", async () => {
  const speaking = new Speaking();
  const hearing = new Hearing();
  const listening = new Listening(hearing);
  for (
    const phrase of [
      "What's the weather like in London?",
      "turn off the lights in the kitchen",
    ]
  ) {
    const [sentence] = await all(speaking.speak(phrase, OPUS));
    for (const packet of sentence!.packets) listening.ear.opus(packet);
    for (const packet of packets(quiet(800))) listening.ear.opus(packet);
    assertEquals((await listening.next("heard")).text, phrase);
  }
  hearing.close();
  speaking.close();
});

Deno.test("makes one sentence ahead and none beyond", async () => {
  const asked: string[] = [];
  const speaking = new Speaking({
    start: () => {
      const worker = new Worker(
        new URL("../../../lib/local/audio/speaking_worker.ts", import.meta.url),
        { type: "module" },
      );
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message: { type: string }, transfer: unknown) => {
        asked.push(message.type);
        post(message, transfer as Transferable[]);
      };
      return worker;
    },
  });
  const speech = speaking.speak("One. Two. Three. Four. Five.", OPUS);
  // The first comes as its beginning and its rest.
  const [first, rest] = [await speech.next(), await speech.next()];
  assertEquals([first.value?.text, rest.value?.text], ["One.", ""]);
  assertEquals(asked, ["speak", "next", "next", "next"]);
  assertEquals((await speech.next()).value?.text, "Two.");
  assertEquals(asked, ["speak", "next", "next", "next", "next"]);
  await speech.return(undefined);
  assertEquals(asked.at(-1), "stop");
  // The worker is free for others.
  assertEquals((await all(speaking.speak("Six.", OPUS))).length, 1);
  speaking.close();
});

Deno.test("of the first sentence 200 ms come first, and the rest in pieces of 400 ms", async () => {
  const speaking = new Speaking();
  const parts = await Array.fromAsync(
    speaking.speak("The weather in Rome is fine today. Enjoy it.", OPUS),
  );
  const second = parts.findIndex(({ text }) => text === "Enjoy it.");
  assertEquals(second, parts.length - 1);
  const first = parts.slice(0, second);
  assertEquals(
    first.map(({ text }) => text),
    ["The weather in Rome is fine today.", ...first.slice(1).map(() => "")],
  );
  const lengths = first.map(({ packets }) => packets.length);
  const last = lengths.pop()!;
  assert(lengths.length >= 3, `${lengths.length} before the last`);
  assertEquals(lengths, [10, ...lengths.slice(1).map(() => 20)]);
  assert(last > 0 && last <= 20, `${last} packets`);
  assertEquals(
    first.map(({ durationMs }) => durationMs),
    [...lengths, last].map((packets) => packets * 20),
  );
  speaking.close();
});

Deno.test("stops on abort, between sentences and while one is made", async () => {
  const speaking = new Speaking();
  const between = new AbortController();
  const heard: string[] = [];
  for await (
    const { text } of speaking.speak("One. Two. Three.", {
      ...OPUS,
      signal: between.signal,
    })
  ) {
    heard.push(text);
    between.abort();
  }
  assertEquals(heard, ["One."]);
  const during = new AbortController();
  const rest = all(
    speaking.speak("This one takes a while to make, so there is time.", {
      ...OPUS,
      signal: during.signal,
    }),
  );
  during.abort();
  assertEquals(await rest, []);
  assertEquals(
    await all(speaking.speak("One.", { ...OPUS, signal: during.signal })),
    [],
  );
  speaking.close();
});

Deno.test("several speak at once, a text without words makes no sentence", async () => {
  const speaking = new Speaking();
  const [first, second, none] = await Promise.all([
    all(speaking.speak("Here is one. Here is two.", OPUS)),
    all(
      speaking.speak("There is one. There is two.", {
        ...PCM,
        voice: "nobody knows",
      }),
    ),
    all(speaking.speak(" \n ", OPUS)),
  ]);
  assertEquals(first.map((sentence) => sentence.text), [
    "Here is one.",
    "Here is two.",
  ]);
  assertEquals(second.map((sentence) => sentence.text), [
    "There is one.",
    "There is two.",
  ]);
  assertEquals(none, []);
  speaking.close();
});

Deno.test("a failing or closed worker ends the speech with an error", async () => {
  const errors: string[] = [];
  const speaking = new Speaking({
    onError: (error) => errors.push(error.message),
    start: () =>
      new Worker("data:application/javascript,throw new Error('no voice')", {
        type: "module",
      }),
  });
  await assertRejects(
    () => all(speaking.speak("Hello.", OPUS)),
    Error,
    "no voice",
  );
  assertEquals(errors.length, 1);
  speaking.close();

  const closed = new Speaking();
  const speech = all(closed.speak("Hello.", OPUS));
  closed.close();
  await assertRejects(() => speech, Error, "closed");
});

Deno.test("a worker that has made its share gives way to a new one, in a pause", async () => {
  let started = 0;
  const speaking = new Speaking({
    start: () => {
      started++;
      return new Worker(
        new URL(
          "../../../lib/local/audio/speaking_worker.ts",
          import.meta.url,
        ),
        { type: "module" },
      );
    },
  });
  const options = { voice: "marin", speed: 1.5, format: "pcm" } as const;
  const count = async (text: string) => {
    let sentences = 0;
    for await (const _ of speaking.speak(text, options)) sentences++;
    return sentences;
  };
  assertEquals(await count("Yes. ".repeat(26)), 26);
  assertEquals(started, 2);
  assertEquals(await count("No."), 1);
  assertEquals(started, 2);
  speaking.close();
});
