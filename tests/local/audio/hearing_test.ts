import { assert, assertEquals } from "@std/assert";
import { Hearing } from "../../../lib/local/audio/hearing.ts";
import { resample } from "../../../lib/local/audio/resample.ts";
import { decodeWav } from "../../../lib/local/audio/wav.ts";
import { CITIES, Listening, SETTINGS } from "./listening.ts";
import { packets, quiet, said } from "./person.ts";

Deno.test("an ear", async (test) => {
  const hearing = new Hearing();
  await test.step("hears phrases and tells their slots apart", async () => {
    const listening = new Listening(hearing);
    for (const city of CITIES) {
      assertEquals(
        await listening.hears(
          await said(`What's the weather like in ${city}?`),
        ),
        `What's the weather like in ${city}?`,
      );
    }
    listening.ear.close();
  });

  await test.step("hears phrases however they are put", async (test) => {
    const listening = new Listening(hearing);
    for (
      const [spoken, heard] of [
        [
          "What is the weather like in Rome",
          "What's the weather like in Rome?",
        ],
        ["Um, will it rain tomorrow?", "will it rain tomorrow"],
        ["I would like to order a pizza, please", "I'd like to order a pizza"],
        [
          "turn off the lights in the kitchen",
          "turn off the lights in the kitchen",
        ],
        ["Okay, cancel my order", "cancel my order"],
        ["Stop!", "stop"],
      ] as const
    ) {
      await test.step(
        spoken,
        async () =>
          assertEquals(await listening.hears(await said(spoken)), heard),
      );
    }
    listening.ear.close();
  });

  await test.step("hears a phrase that ends in digital silence", async () => {
    const listening = new Listening(hearing);
    // As a page's microphone gave it that was muted right after the last word.
    const { samples } = decodeWav(
      await Deno.readFile(new URL("recorded/muted_after.wav", import.meta.url)),
    );
    // Where the decoder's frames fall on the sound decides on how close it is.
    for (let late = 0; late < 320; late += 32) {
      assertEquals(
        await listening.hears(
          new Int16Array([
            ...samples.subarray(late),
            ...quiet(200).fill(0),
          ]),
        ),
        "What's the weather like in Rome?",
        `without its first ${late} samples`,
      );
    }
    listening.ear.close();
  });

  await test.step("does not force other speech into a phrase", async (test) => {
    const listening = new Listening(hearing);
    for (
      const spoken of [
        "The quick brown fox jumps over the lazy dog",
        "I had eggs for breakfast this morning",
        "Where did you put the keys to the car",
        "What's the weather like on the moon",
        "Please open the window",
      ]
    ) {
      await test.step(
        spoken,
        async () => assertEquals(await listening.hears(await said(spoken)), ""),
      );
    }
    listening.ear.close();
  });

  await test.step("tells when speech begins and ends in the stream's time", async () => {
    const listening = new Listening(hearing);
    const sound = await said("will it rain tomorrow", {
      leadMs: 1000,
      tailMs: 1000,
    });
    const loud = (from: number, step: number) => {
      let at = from;
      while (Math.abs(sound[at]!) < 300) at += step;
      return at / 16;
    };
    const onsetMs = loud(0, 1), endMs = loud(sound.length - 1, -1);
    await listening.hears(sound);
    const [started, stopped, heard] = listening.events;
    assert(
      started?.type === "speech_started" && stopped?.type === "speech_stopped",
    );
    assertEquals(heard, { type: "heard", text: "will it rain tomorrow" });
    assert(
      Math.abs(started.atMs - (onsetMs - 300)) < 60,
      `began at ${started.atMs}, spoken at ${onsetMs}`,
    );
    assert(
      Math.abs(stopped.atMs - (endMs + 400)) < 150,
      `ended at ${stopped.atMs}, spoken until ${endMs}`,
    );
    assertEquals(stopped.durationMs, stopped.atMs - started.atMs);
    listening.ear.close();
  });

  await test.step("hears a beginning within 150 ms", async () => {
    const listening = new Listening(hearing);
    const sound = await said("will it rain tomorrow", { leadMs: 400 });
    const onset = sound.findIndex((sample) => Math.abs(sample) > 300);
    // Nothing more comes: what was heard so far must suffice.
    for (const packet of packets(sound.subarray(0, onset + 150 * 16))) {
      listening.ear.opus(packet);
    }
    await listening.next("speech_started");
    listening.ear.close();
  });

  await test.step("hears several streams at once", async () => {
    const streams = await Promise.all(
      CITIES.slice(0, 4).map(async (city) => ({
        city,
        listening: new Listening(hearing),
        packets: packets(await said(`What time is it in ${city}?`)),
      })),
    );
    const longest = Math.max(...streams.map((stream) => stream.packets.length));
    for (let i = 0; i < longest; i++) {
      for (const { listening, packets } of streams) {
        if (packets[i]) listening.ear.opus(packets[i]!);
      }
    }
    for (const { city, listening } of streams) {
      assertEquals(
        (await listening.next("heard")).text,
        `what time is it in ${city}`,
      );
    }
  });

  await test.step("hears PCM in pieces of any size", async () => {
    const listening = new Listening(hearing);
    const sound = resample(await said("tell me a joke"), 16_000, 24_000);
    for (
      let at = 0, size = 1;
      at < sound.length;
      at += size, size = size * 7 % 1999
    ) {
      listening.ear.pcm(sound.subarray(at, at + size));
    }
    assertEquals((await listening.next("heard")).text, "tell me a joke");
    listening.ear.close();
  });

  await test.step("push to talk: an utterance ends by commit only", async () => {
    const listening = new Listening(hearing, { ...SETTINGS, detection: null });
    const { ear } = listening;
    assertEquals(await ear.commit(), 0);
    const sound = await said("cancel my order", { tailMs: 2000 });
    for (const packet of packets(sound)) ear.opus(packet);
    assertEquals(await ear.commit(), Math.ceil(sound.length / 320) * 20);
    assertEquals((await listening.next("heard")).text, "cancel my order");

    // Silence is an utterance too, in which nothing was said.
    for (const packet of packets(quiet(500))) ear.opus(packet);
    assertEquals(await ear.commit(), 500);
    assertEquals((await listening.next("heard")).text, "");

    // A slip of the finger is none.
    for (const packet of packets(quiet(80))) ear.opus(packet);
    assertEquals(await ear.commit(), 0);
    for (const packet of packets(quiet(20))) ear.opus(packet);
    assertEquals(await ear.commit(), 100);
    await listening.next("heard");

    for (const packet of packets(sound)) ear.opus(packet);
    ear.clear();
    assertEquals(await ear.commit(), 0);
    assertEquals(listening.events.length, 3);
    ear.close();
  });

  await test.step("commit ends an utterance before its silence does", async () => {
    const listening = new Listening(hearing);
    const sound = await said("tell me a joke", { leadMs: 300, tailMs: 100 });
    for (const packet of packets(sound)) listening.ear.opus(packet);
    const durationMs = await listening.ear.commit();
    assert(
      durationMs > 500 && durationMs < sound.length / 16,
      `${durationMs} ms`,
    );
    assertEquals((await listening.next("heard")).text, "tell me a joke");
    assertEquals(await listening.ear.commit(), 0);
    assertEquals(listening.events.map((event) => event.type), [
      "speech_started",
      "heard",
    ]);
    listening.ear.close();
  });

  await test.step("new phrases count from the next utterance on, and unusual words among them", async () => {
    const listening = new Listening(hearing);
    const before = packets(await said("tell me a joke"));
    for (const packet of before.slice(0, 60)) listening.ear.opus(packet);
    await listening.next("speech_started");
    listening.ear.configure({
      phrases: ["take me to {place}"],
      slots: { place: ["Zürich", "Ljubljana", "Baden-Baden", "東京"] },
      detection: SETTINGS.detection,
    });
    for (const packet of before.slice(60)) listening.ear.opus(packet);
    assertEquals((await listening.next("heard")).text, "tell me a joke");
    assertEquals(
      await listening.hears(await said("take me to Zurich")),
      "take me to Zürich",
    );
    assertEquals(
      await listening.hears(await said("take me to Baden Baden")),
      "take me to Baden-Baden",
    );
    assertEquals(await listening.hears(await said("tell me a joke")), "");
    listening.ear.close();
  });
  hearing.close();
});
