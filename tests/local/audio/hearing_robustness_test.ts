import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { Hearing } from "../../../lib/local/audio/hearing.ts";
import { Listening, SETTINGS } from "./listening.ts";
import { packets, quiet, said } from "./person.ts";

Deno.test("an ear survives", async (test) => {
  const hearing = new Hearing();
  await test.step("survives packets that are empty, corrupt or lost", async () => {
    const listening = new Listening(hearing);
    const { ear } = listening;
    ear.opus(new Uint8Array(0));
    ear.opus(new Uint8Array(100).fill(255));
    ear.opus(new Uint8Array(20_000));
    ear.opus(Uint8Array.of(0), Number.NaN);
    const sound = packets(await said("What's the weather like in Tokyo?"));
    sound.forEach((packet, i) => {
      // Every tenth is damaged, and the one after it missing.
      if (i % 20 === 0) ear.opus(new Uint8Array(60).fill(255));
      else if (i % 20 === 10) return;
      else ear.opus(packet, i % 20 === 11 ? 1 : 0);
    });
    assertEquals(
      (await listening.next("heard")).text,
      "What's the weather like in Tokyo?",
    );
    ear.close();
  });

  await test.step("hears nothing in silence, clicks and hiss", async () => {
    const listening = new Listening(hearing);
    const { ear } = listening;
    ear.pcm(new Int16Array(0));
    ear.pcm(new Int16Array(48_000));
    const clicks = quiet(2000);
    for (let at = 4000; at < clicks.length; at += 8000) {
      clicks.fill(30_000, at, at + 60);
    }
    const knocks = quiet(2000);
    for (let at = 4000; at < knocks.length; at += 8000) {
      for (let i = 0; i < 70 * 16; i++) {
        knocks[at + i] = 15_000 * Math.sin(i / 9);
      }
    }
    for (const packet of packets(clicks)) ear.opus(packet);
    for (const packet of packets(knocks)) ear.opus(packet);
    assertEquals(await ear.commit(), 0);
    assertEquals(listening.events, []);
    ear.close();
  });

  await test.step("takes clipping noise for no phrase", async () => {
    const listening = new Listening(hearing);
    const noise = quiet(4500).map((sample) => sample < 0 ? -32768 : 32767);
    for (const packet of packets(noise)) listening.ear.opus(packet);
    for (const packet of packets(quiet(3000))) listening.ear.opus(packet);
    assertEquals((await listening.next("heard")).text, "");
    assertEquals(
      await listening.hears(await said("tell me a joke")),
      "tell me a joke",
    );
    listening.ear.close();
  });

  await test.step("phrases that make no grammar are heard as nothing", async () => {
    for (
      const [phrases, slots] of [
        [[], {}],
        [["{city}"], {}],
        [["{city}"], { city: [] }],
        [["¿?", "東京"], {}],
        [["a | b; <c> = /1/ [d] {", "\u0000"], {}],
      ] as [string[], Record<string, string[]>][]
    ) {
      const listening = new Listening(hearing, { ...SETTINGS, phrases, slots });
      assertEquals(await listening.hears(await said("stop")), "");
      listening.ear.close();
    }
  });

  await test.step("an ear closed in mid-utterance is silent, its recogniser is used again", async () => {
    const sound = packets(await said("cancel my order"));
    for (let i = 0; i < 3; i++) {
      const listening = new Listening(hearing);
      for (const packet of sound.slice(0, 50)) listening.ear.opus(packet);
      await listening.next("speech_started");
      const commit = listening.ear.commit();
      listening.ear.close();
      await assertRejects(() => commit, Error, "The ear was closed");
      for (const packet of sound) listening.ear.opus(packet);
      assertEquals(listening.events.length, 1);
    }
    assertEquals(
      await new Listening(hearing).hears(await said("cancel my order")),
      "cancel my order",
    );
  });

  await test.step("clear drops the utterance, turning detection off does too", async () => {
    const listening = new Listening(hearing);
    const { ear } = listening;
    const sound = packets(await said("cancel my order"));
    for (const packet of sound.slice(0, 50)) ear.opus(packet);
    ear.clear();
    assertEquals(await ear.commit(), 0);
    for (
      const packet of packets(await said("stop", { leadMs: 800, tailMs: 0 }))
    ) ear.opus(packet);
    ear.configure({ ...SETTINGS, detection: null });
    assertEquals(await ear.commit(), 0);
    assert(listening.events.every((event) => event.type === "speech_started"));
    ear.close();
  });
  hearing.close();
});

Deno.test("a worker that fails is replaced, the utterance under way ends unheard", async () => {
  const errors: Error[] = [];
  const workers: Worker[] = [];
  const real = () =>
    new Worker(
      new URL("../../../lib/local/audio/hearing_worker.ts", import.meta.url),
      { type: "module" },
    );
  const hearing = new Hearing({
    onError: (error) => errors.push(error),
    start: () => workers[workers.push(real()) - 1]!,
  });
  const listening = new Listening(hearing);
  const sound = packets(await said("cancel my order"));
  for (const packet of sound.slice(0, 50)) listening.ear.opus(packet);
  const { atMs } = await listening.next("speech_started");
  const commit = listening.ear.commit();
  workers[0]!.dispatchEvent(
    new ErrorEvent("error", { message: "memory access out of bounds" }),
  );
  await assertRejects(() => commit, Error, "memory access out of bounds");
  assertEquals(listening.events.slice(1), [
    { type: "speech_stopped", atMs: 1000, durationMs: 1000 - atMs },
    { type: "heard", text: "" },
  ]);
  await listening.next("heard");
  assertEquals(
    await listening.hears(await said("cancel my order")),
    "cancel my order",
  );
  assert(
    (await listening.events.find((event, i) =>
      i > 2 && event.type === "speech_started"
    ) as { atMs: number }).atMs > 1000,
  );
  assertEquals(workers.length, 2);
  assertEquals(errors.map((error) => error.message), [
    "The hearing worker failed: memory access out of bounds",
  ]);
  hearing.close();
});

Deno.test("a worker that cannot start is reported once", async () => {
  const errors: Error[] = [];
  const hearing = new Hearing({
    onError: (error) => errors.push(error),
    start: () =>
      new Worker("data:application/javascript,throw new Error('no model')", {
        type: "module",
      }),
  });
  const listening = new Listening(hearing);
  await assertRejects(
    () => hearing.load(),
    Error,
    "The hearing worker could not start",
  );
  listening.ear.opus(new Uint8Array(10));
  await assertRejects(() => listening.ear.commit(), Error, "no model");
  assertEquals(errors.length, 1);
  assertStringIncludes(errors[0]!.message, "no model");
  hearing.close();
});

Deno.test("closing while it loads rejects the loading and leaves nothing behind", async () => {
  const hearing = new Hearing();
  const listening = new Listening(hearing);
  const loading = hearing.load();
  hearing.close();
  await assertRejects(() => loading, Error, "was closed");
  await assertRejects(() => listening.ear.commit(), Error, "closed");
  listening.ear.pcm(new Int16Array(480));
});
