import { assertEquals } from "@std/assert";
import { Playback } from "../../lib/local/playback.ts";
import { FakeClock } from "parley/testing";

function openPlayback() {
  const clock = new FakeClock();
  const log: string[] = [];
  const playback = new Playback({
    packet: (packet, first) =>
      log.push(`${clock.now()} ${packet[0]}${first ? " first" : ""}`),
    started: ({ responseId }) =>
      log.push(`${clock.now()} started ${responseId}`),
    stopped: ({ responseId }) =>
      log.push(`${clock.now()} stopped ${responseId}`),
  }, clock);
  const utterance = (name: string) => ({
    responseId: name,
    itemId: `item_${name}`,
    outputIndex: 0,
  });
  const sentence = (...packets: number[]) => ({
    text: "",
    durationMs: packets.length * 20,
    packets: packets.map((value) => new Uint8Array([value])),
    pcm: null,
  });
  return { clock, log, playback, utterance, sentence };
}

Deno.test("packets leave every 20 ms, and the end is when the last one is over", async () => {
  const { clock, log, playback, utterance, sentence } = openPlayback();
  playback.play(utterance("a"), sentence(1, 2, 3));
  playback.finish(utterance("a"));
  await clock.advance(100);
  assertEquals(log, [
    "0 started a",
    "0 1 first",
    "20 2",
    "40 3",
    "60 stopped a",
  ]);
  assertEquals(clock.pending, 0);
});

Deno.test("a sentence that is late makes a pause, not an end", async () => {
  const { clock, log, playback, utterance, sentence } = openPlayback();
  playback.play(utterance("a"), sentence(1));
  await clock.advance(500);
  playback.play(utterance("a"), sentence(2));
  playback.finish(utterance("a"));
  await clock.advance(50);
  assertEquals(log, [
    "0 started a",
    "0 1 first",
    "500 2 first",
    "520 stopped a",
  ]);
});

Deno.test("a clock that was held up catches up, one that was asleep does not", async () => {
  const { clock, log, playback, utterance, sentence } = openPlayback();
  playback.play(utterance("a"), sentence(1, 2, 3, 4, 5, 6, 7));
  await clock.stall(70);
  assertEquals(log.splice(0), [
    "0 started a",
    "0 1 first",
    "70 2",
    "70 3",
    "70 4",
  ]);
  await clock.advance(10);
  assertEquals(log.splice(0), ["80 5"]);
  await clock.stall(60_000);
  assertEquals(log.splice(0), ["60080 6"]);
  playback.close();
});

Deno.test("two utterances play one after the other", async () => {
  const { clock, log, playback, utterance, sentence } = openPlayback();
  playback.play(utterance("a"), sentence(1));
  playback.finish(utterance("a"));
  playback.play(utterance("b"), sentence(2));
  playback.finish(utterance("b"));
  await clock.advance(100);
  assertEquals(log, [
    "0 started a",
    "0 1 first",
    "20 stopped a",
    "20 started b",
    "20 2",
    "40 stopped b",
  ]);
});

Deno.test("clearing tells what was cut and how much of it was heard", async () => {
  const { clock, log, playback, utterance, sentence } = openPlayback();
  playback.play(utterance("a"), sentence(1, 2, 3, 4));
  playback.play(utterance("b"), sentence(5));
  await clock.advance(30);
  assertEquals(
    playback.clear().map(({ utterance, playedMs }) => [
      utterance.responseId,
      playedMs,
    ]),
    [["a", 40], ["b", 0]],
  );
  await clock.advance(1000);
  assertEquals(log, ["0 started a", "0 1 first", "20 2"]);
  assertEquals(playback.clear(), []);
});

Deno.test("there is room for more when little is left to play", async () => {
  const { clock, playback, utterance, sentence } = openPlayback();
  playback.play(utterance("a"), sentence(...new Array(100).fill(0)));
  let room = false;
  const asked = playback.room(new AbortController().signal)
    .then(() => room = true);
  await clock.advance(400);
  assertEquals(room, false);
  await clock.advance(200);
  assertEquals(room, true);
  await asked;

  const abort = new AbortController();
  playback.play(utterance("a"), sentence(...new Array(100).fill(0)));
  const aborted = playback.room(abort.signal);
  abort.abort();
  await aborted;
  playback.close();
});
