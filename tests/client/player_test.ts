import { assertEquals, assertLess } from "@std/assert";
import { PcmPlayer, type PlayerSpeaker } from "../../lib/client/pcm/player.ts";
import { FakeAudioContext } from "./fake_audio.ts";

/** A player on a fake context, and what it called back. */
function start() {
  const context = new FakeAudioContext();
  const playing = new Set<MediaStream>();
  const speaker: PlayerSpeaker = {
    play: (stream) => void playing.add(stream),
    stop: (stream) => void playing.delete(stream),
  };
  const log: string[] = [];
  const at = () => Math.round(context.currentTime * 1_000);
  const player = new PcmPlayer(
    context.asContext,
    speaker,
    {
      onStarted: (itemId) => log.push(`${at()} started ${itemId}`),
      onStopped: (itemId) => log.push(`${at()} stopped ${itemId}`),
    },
  );
  return { context, speaker, playing, player, log };
}

/** Sound of which every sample tells where it belongs. */
function counting(from: number, length: number): Int16Array {
  return Int16Array.from({ length }, (_, i) => 1 + (from + i) % 30_000);
}

/** Gives a sound of so many seconds in chunks of uneven length. */
function give(player: PcmPlayer, itemId: string, seconds: number): number[] {
  const total = counting(0, seconds * 24_000);
  for (let from = 0, length = 480; from < total.length; length += 37) {
    player.play(itemId, 0, total.subarray(from, from + length));
    from += length;
  }
  player.finish(itemId);
  return [...total];
}

Deno.test("what comes all at once is played sample by sample, at its own pace", () => {
  const { context, player, log } = start();
  const given = give(player, "a", 20);
  const sourceCount = context.sources.length;
  context.advance(25);
  assertEquals(context.played.slice(1_920), given);
  assertEquals(context.overlaps, 0);
  assertEquals(log, ["80 started a", "20080 stopped a"]);
  assertLess(sourceCount, 200, "only the next seconds were handed over");
});

Deno.test("a page that is stopped for a second is not heard to be", () => {
  const { context, player } = start();
  const given = give(player, "a", 10);
  while (context.currentTime < 12) context.stall(1.1);
  assertEquals(context.played.slice(1_920), given);
});

Deno.test("sound that comes in real time, each chunk up to 54 ms late, has no gap", () => {
  const { context, player } = start();
  const given = counting(0, 24_000);
  for (let chunk = 0; chunk < 50; chunk++) {
    const at = chunk * 0.02 + (chunk * 7 % 4) * 0.018;
    context.advance(Math.max(0, at - context.currentTime));
    player.play("a", 0, given.subarray(chunk * 480, (chunk + 1) * 480));
  }
  player.finish("a");
  context.advance(2);
  assertEquals(context.played.slice(1_920), [...given]);
});

Deno.test("items are heard one after the other, later by the output's latency", () => {
  const { context, player, log } = start();
  context.outputLatency = 0.2;
  give(player, "a", 1);
  give(player, "b", 1);
  context.advance(3);
  assertEquals(log, [
    "280 started a",
    "1280 stopped a",
    "1280 started b",
    "2280 stopped b",
  ]);
});

Deno.test("clear tells what was heard, and the next item is played", () => {
  const { context, player, log } = start();
  context.outputLatency = 0.05;
  give(player, "a", 10);
  context.advance(1.13);
  assertEquals(player.clear(), [
    { itemId: "a", contentIndex: 0, playedMs: 1_000 },
  ]);
  assertEquals(log, ["130 started a", "1130 stopped a"]);
  assertEquals(player.clear(), []);
  context.advance(0.5);
  assertEquals(context.played.length, 1_150 * 24, "it faded out");

  log.length = 0;
  give(player, "b", 1);
  context.advance(2);
  assertEquals(log, ["1760 started b", "2760 stopped b"]);
});

Deno.test("who is told of a change may clear", () => {
  const { context, speaker, player } = start();
  player.close();
  const log: string[] = [];
  const other = new PcmPlayer(
    context.asContext,
    speaker,
    {
      onStarted: (itemId) => log.push(`started ${itemId}`),
      onStopped: (itemId) => {
        log.push(`stopped ${itemId}`);
        if (itemId === "a") other.clear();
      },
    },
  );
  give(other, "a", 1);
  give(other, "b", 1);
  context.advance(5);
  assertEquals(log, ["started a", "stopped a", "started b", "stopped b"]);
  assertEquals(context.played.length, (80 + 1_000 + 20) * 24);
});

Deno.test("a closed player is silent and leaves the element", () => {
  const { context, playing, player, log } = start();
  assertEquals(playing.size, 1);
  give(player, "a", 5);
  context.advance(1);
  player.close();
  context.advance(10);
  assertEquals(log, ["80 started a"]);
  assertEquals(playing.size, 0);
  player.play("b", 0, counting(0, 100));
  assertEquals(context.sources.every(({ over }) => over), true);
});
