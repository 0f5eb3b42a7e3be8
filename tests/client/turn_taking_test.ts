import { assertEquals } from "@std/assert";
import { signal } from "@preact/signals";
import { Microphone } from "../../lib/client/microphone.ts";
import { Preferences } from "../../lib/client/preferences.ts";
import { TurnTaking } from "../../lib/client/turn_taking.ts";
import type { Activity } from "../../lib/realtime/activity.ts";
import type { BrowserFrame } from "../../lib/session/envelope.ts";
import { FakeClock } from "../../lib/testing/mod.ts";

function start() {
  const microphone = new Microphone();
  const preferences = new Preferences();
  const activity = signal<Activity>("listening");
  const sent: BrowserFrame[] = [];
  const clock = new FakeClock();
  const turns = new TurnTaking({
    microphone,
    preferences,
    activity,
    send: (frame) => void sent.push(frame),
    clock,
  });
  const track = { enabled: true };
  const stream = { getAudioTracks: () => [track] };
  const end = turns.follow();
  microphone.stream.value = stream as unknown as MediaStream;
  return { turns, preferences, activity, sent, clock, track, end };
}

Deno.test("a muted microphone is not heard, and an open one is", () => {
  const { turns, track, sent, end } = start();
  assertEquals(track.enabled, true);
  turns.muted.value = true;
  assertEquals(track.enabled, false);
  turns.muted.value = false;
  assertEquals(track.enabled, true);
  assertEquals(sent, [], "the start has told what there was to tell");
  end();
});

Deno.test("with push to talk one is heard while the button is down, and a moment longer", async () => {
  const { turns, preferences, track, sent, clock, end } = start();
  preferences.pushToTalk.value = true;
  assertEquals(track.enabled, false);
  assertEquals(sent, [
    { type: "turn_taking", pushToTalk: true, bargeIn: true },
  ]);
  turns.talk(true);
  turns.talk(true);
  assertEquals(track.enabled, true);
  turns.talk(false);
  assertEquals(track.enabled, true, "the last sound is still on its way");
  await clock.advance(200);
  assertEquals(track.enabled, false);
  turns.talk(false);
  assertEquals(sent.slice(1), [
    { type: "talk", down: true },
    { type: "talk", down: false },
  ]);
  end();
  assertEquals(clock.pending, 0);
});

Deno.test("a button that goes down again at once begins a new turn", async () => {
  const { turns, preferences, track, sent, clock, end } = start();
  preferences.pushToTalk.value = true;
  turns.talk(true);
  turns.talk(false);
  turns.talk(true);
  await clock.advance(1_000);
  assertEquals(track.enabled, true);
  assertEquals(sent.slice(1).map((frame) => "down" in frame && frame.down), [
    true,
    false,
    true,
  ]);
  end();
  assertEquals(turns.talking.value, false);
});

Deno.test("without barge-in nobody is heard while the agent speaks", () => {
  const { preferences, activity, track, sent, end } = start();
  activity.value = "speaking";
  assertEquals(track.enabled, true);
  preferences.bargeIn.value = false;
  assertEquals(track.enabled, false);
  activity.value = "listening";
  assertEquals(track.enabled, true);
  assertEquals(sent, [
    { type: "turn_taking", pushToTalk: false, bargeIn: false },
  ]);
  end();
});
