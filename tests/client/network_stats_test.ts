import { assertEquals, assertRejects } from "@std/assert";
import { NetworkStats } from "../../lib/client/network_stats.ts";

type Entry = { id: string; type: string; [member: string]: unknown };

/** Statistics of reports that the test makes up, one a look. */
function statsOf(...reports: Entry[][]): NetworkStats {
  return new NetworkStats(() => {
    const entries = reports.shift()!.map((entry) => [entry.id, entry] as const);
    return Promise.resolve(new Map(entries) as unknown as RTCStatsReport);
  });
}

const voice = (seconds: number, members: object = {}): Entry => ({
  id: "voice",
  type: "inbound-rtp",
  kind: "audio",
  timestamp: seconds * 1_000,
  jitter: 0.004,
  packetsReceived: 0,
  packetsLost: 0,
  bytesReceived: 0,
  ...members,
});

const microphone = (seconds: number, bytesSent: number): Entry => ({
  id: "microphone",
  type: "outbound-rtp",
  kind: "audio",
  timestamp: seconds * 1_000,
  bytesSent,
});

const pair = (id: string, members: object): Entry => ({
  id,
  type: "candidate-pair",
  timestamp: 0,
  nominated: true,
  state: "succeeded",
  ...members,
});

const NOTHING = {
  roundTripMs: undefined,
  jitterMs: undefined,
  loss: undefined,
  inKbps: undefined,
  outKbps: undefined,
};

Deno.test("what is counted is told for the time since the last look", async () => {
  const stats = statsOf(
    [
      voice(1, { packetsReceived: 50, packetsLost: 50, bytesReceived: 4_000 }),
      microphone(1, 8_000),
    ],
    [
      voice(3, {
        packetsReceived: 140,
        packetsLost: 60,
        bytesReceived: 12_000,
        jitter: 0.0125,
      }),
      microphone(3, 16_000),
    ],
    [
      voice(4, {
        packetsReceived: 190,
        packetsLost: 60,
        bytesReceived: 16_000,
      }),
      microphone(4, 16_000),
    ],
  );
  assertEquals(await stats.look(), { ...NOTHING, jitterMs: 4 });
  assertEquals(await stats.look(), {
    ...NOTHING,
    jitterMs: 12.5,
    loss: 0.1,
    inKbps: 32,
    outKbps: 32,
  });
  assertEquals(await stats.look(), {
    ...NOTHING,
    jitterMs: 4,
    loss: 0,
    inKbps: 32,
    outKbps: 0,
  });
});

Deno.test("a report may hold nothing, or nothing new", async () => {
  const stats = statsOf([], [voice(1)], [voice(1)], []);
  assertEquals(await stats.look(), NOTHING);
  for (let look = 0; look < 2; look++) {
    assertEquals(await stats.look(), { ...NOTHING, jitterMs: 4 });
  }
  assertEquals(await stats.look(), NOTHING);
});

Deno.test("a voice that is sent anew is not compared with the one before", async () => {
  const stats = statsOf(
    [voice(1, { packetsReceived: 90, bytesReceived: 9_000 })],
    [voice(2, { id: "new", packetsReceived: 100, bytesReceived: 10_000 })],
    [voice(3, { id: "new", packetsReceived: 5, bytesReceived: 500 })],
  );
  for (let look = 0; look < 3; look++) {
    assertEquals(await stats.look(), { ...NOTHING, jitterMs: 4 });
  }
});

Deno.test("packets that come after they were given up are no negative loss", async () => {
  const stats = statsOf(
    [voice(1, { packetsReceived: 10, packetsLost: 3 })],
    [voice(2, { packetsReceived: 20, packetsLost: 1 })],
  );
  await stats.look();
  assertEquals((await stats.look()).loss, 0);
});

Deno.test("the round trip is that of the pair in use", async () => {
  const echo = {
    id: "echo",
    type: "remote-inbound-rtp",
    kind: "audio",
    roundTripTime: 0.25,
  };
  const old = pair("old", { currentRoundTripTime: 0.5 });
  const used = pair("used", { currentRoundTripTime: 0.125 });
  const failed = pair("failed", { state: "failed", currentRoundTripTime: 1 });
  const spare = pair("spare", { nominated: false, currentRoundTripTime: 1 });
  const transport = {
    id: "transport",
    type: "transport",
    selectedCandidatePairId: "used",
  };
  const stats = statsOf(
    [old, used, echo, transport],
    [failed, spare, used, echo],
    [pair("young", {}), echo],
    [failed, echo],
    [failed, spare],
  );
  assertEquals((await stats.look()).roundTripMs, 125);
  assertEquals((await stats.look()).roundTripMs, 125);
  assertEquals((await stats.look()).roundTripMs, 250);
  assertEquals((await stats.look()).roundTripMs, 250);
  assertEquals((await stats.look()).roundTripMs, undefined);
});

Deno.test("a look at a connection that is gone fails as the browser does", async () => {
  const stats = new NetworkStats(() => Promise.reject(new TypeError("Closed")));
  await assertRejects(() => stats.look(), TypeError, "Closed");
});
