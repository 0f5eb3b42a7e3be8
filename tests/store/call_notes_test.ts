import { assert, assertEquals, assertRejects } from "@std/assert";
import type { CallNotes } from "../../lib/store/call_notes.ts";
import { FileCallNotes } from "../../lib/store/file_call_notes.ts";
import { KvLiveSessions } from "../../lib/store/kv_live_sessions.ts";
import {
  type LiveSession,
  type LiveSessions,
  TakenOver,
} from "../../lib/store/live_sessions.ts";
import { MemoryCallNotes } from "../../lib/store/memory_call_notes.ts";
import { MemoryLiveSessions } from "../../lib/store/memory_live_sessions.ts";
import { withKv } from "./stores.ts";

const CALL = { callId: "call_1", name: "get_weather", arguments: "{}" };
const RESULT = { status: "completed", output: "sun", durationMs: 5 } as const;
const DONE = { server: "first", result: RESULT };

/** The same notes as two processes have them. */
interface Processes {
  live: LiveSessions;
  first: CallNotes;
  second: CallNotes;
}

async function withFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "parley-notes-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a test on each kind of notes; nothing may be left of the conversation. */
function testNotes(
  name: string,
  test: (processes: Processes) => Promise<void>,
): void {
  Deno.test(`${name} (in memory)`, async () => {
    const live = new MemoryLiveSessions();
    await live.put(session());
    await test({ live, first: live.calls, second: live.calls });
  });
  Deno.test(`${name} (in Deno KV)`, () =>
    withKv(async (kv) => {
      const live = new KvLiveSessions(kv);
      await live.put(session());
      const second = new KvLiveSessions(kv).calls;
      await test({ live, first: live.calls, second });
    }));
  Deno.test(`${name} (in files)`, () =>
    withFolder((folder) =>
      withKv(async (kv) => {
        using first = new FileCallNotes(folder);
        using second = new FileCallNotes(folder);
        const live = new KvLiveSessions(kv, { calls: first });
        await live.put(session());
        await test({ live, first, second });
        await live.end("sess_1");
        assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
      })
    ));
}

function session(of: Partial<LiveSession> = {}): LiveSession {
  return {
    id: "sess_1",
    epoch: 0,
    server: "first",
    agent: "weather",
    route: "server",
    greeted: true,
    turnTaking: { pushToTalk: false, bargeIn: true },
    startedAt: 0,
    tokens: ["hash"],
    ...of,
  };
}

testNotes(
  "a call begins once, and what became of it is known",
  async (notes) => {
    const { first, second } = notes;
    assertEquals(await first.find("sess_1", "call_1"), undefined);
    assertEquals(await first.begin(session(), CALL), undefined);
    const running = { server: "first" };
    assertEquals(await second.find("sess_1", "call_1"), running);
    assertEquals(
      await second.begin(session({ server: "second" }), CALL),
      running,
    );
    await first.finish(session(), "call_1", RESULT, []);
    assertEquals(await second.find("sess_1", "call_1"), DONE);
    assertEquals(await first.begin(session(), CALL), DONE);
    assertEquals(await second.state("sess_1"), []);
  },
);

testNotes(
  "what the tools remember is kept with the result, as it is",
  async (notes) => {
    const { first, second } = notes;
    await first.begin(session(), CALL);
    const state = [["cities", new Set(["Paris"])], [
      "at",
      new Date(7),
    ]] as const;
    await first.finish(session(), "call_1", RESULT, state);
    assertEquals(await second.state("sess_1"), state);
  },
);

testNotes(
  "a call whose process died is run once more by one only",
  async (notes) => {
    const { live, first, second } = notes;
    await first.begin(session(), CALL);
    const before = await second.find("sess_1", "call_1");
    const claimed = await live.claim("hash", "second");
    assertEquals(claimed?.epoch, 1);
    assertEquals(await second.begin(claimed!, CALL, before), undefined);
    // Known of before, which is not so any more.
    assertEquals(
      await second.begin(claimed!, CALL, before),
      { server: "second" },
    );
    // The process was thought dead, and was only late: its word does not count.
    await first.finish(session(), "call_1", RESULT, []);
    assertEquals(await second.find("sess_1", "call_1"), { server: "second" });
    const late = { ...RESULT, output: "rain" };
    await second.finish(claimed!, "call_1", late, []);
    assertEquals(await first.find("sess_1", "call_1"), {
      server: "second",
      result: late,
    });
  },
);

testNotes("who has lost the conversation begins no call", async (notes) => {
  const { live, first, second } = notes;
  const claimed = await live.claim("hash", "second");
  await assertRejects(() => first.begin(session(), CALL), TakenOver);
  // Nothing is left of the try.
  assertEquals(await second.find("sess_1", "call_1"), undefined);
  assertEquals(await second.begin(claimed!, CALL), undefined);
});

testNotes("of many that begin a call at once one does", async (notes) => {
  const { first, second } = notes;
  const tries = await Promise.all(
    Array.from({ length: 20 }, (_, at) => {
      const [notes, server] = at % 2 ? [first, "first"] : [second, "second"];
      return notes.begin(session({ server }), CALL);
    }),
  );
  assertEquals(tries.filter((known) => known === undefined).length, 1);
});

testNotes("a call's id may be anything", async ({ first }) => {
  const ids = ["../../up", "a/b", "", ".", "ü".repeat(300), "a\0b"];
  for (const callId of ids) {
    assertEquals(
      await first.begin(session(), { ...CALL, callId }),
      undefined,
      callId,
    );
    await first.finish(session(), callId, { ...RESULT, output: callId }, []);
  }
  for (const callId of ids) {
    assertEquals(
      (await first.find("sess_1", callId))?.result?.output,
      callId,
    );
  }
});

testNotes("more than Deno KV takes is not remembered", async ({ first }) => {
  await first.begin(session(), CALL);
  const state = [["much", "x".repeat(70_000)]] as const;
  await assertIfKept(
    first,
    () => first.finish(session(), "call_1", RESULT, state),
  );
  // The result alone can still be kept.
  await first.finish(session(), "call_1", RESULT, []);
  assertEquals((await first.find("sess_1", "call_1"))?.result, RESULT);
});

/** Memory takes anything. */
async function assertIfKept(notes: CallNotes, act: () => Promise<void>) {
  if (notes instanceof MemoryCallNotes) await act();
  else await assertRejects(act, TypeError);
}

Deno.test("files tell which calls have begun, in order", () =>
  withFolder(async (folder) => {
    using first = new FileCallNotes(folder);
    using second = new FileCallNotes(folder);
    assertEquals(await second.begun("sess_1"), []);
    await first.begin(session(), CALL);
    await first.finish(session(), "call_1", RESULT, [["a", 1]]);
    const other = { ...CALL, callId: "call_2" };
    await first.begin(session(), other);
    await second.begin(session(), other, { server: "first" });
    await second.claimed(session({ epoch: 1 }));
    assertEquals(await second.begun("sess_1"), [CALL, other]);
  }));

Deno.test("a line whose writer died in the middle of it counts for nothing", () =>
  withFolder(async (folder) => {
    using notes = new FileCallNotes(folder);
    await notes.begin(session(), CALL);
    const path = `${folder}/calls-sess_1`;
    await Deno.writeTextFile(path, '\n{"type":"ended","serv', { append: true });
    using other = new FileCallNotes(folder);
    assertEquals(await other.find("sess_1", "call_1"), { server: "first" });
    await notes.finish(session(), "call_1", RESULT, []);
    assertEquals(await other.find("sess_1", "call_1"), DONE);
    assertEquals(await notes.find("sess_1", "call_1"), DONE);
  }));

Deno.test("what the tools remember outlives calls that leave it as it was", () =>
  withFolder(async (folder) => {
    using notes = new FileCallNotes(folder);
    const state = [["city", "Paris"]] as const;
    for (
      const [callId, left] of [["a", state], ["b", state], ["c", []]] as const
    ) {
      await notes.begin(session(), { ...CALL, callId });
      await notes.finish(session(), callId, RESULT, left);
    }
    using other = new FileCallNotes(folder);
    assertEquals(await other.state("sess_1"), state);
    const text = await Deno.readTextFile(`${folder}/calls-sess_1`);
    assertEquals(text.split('"state"').length, 2);
    await notes.begin(session(), CALL);
    await assertRejects(
      () => notes.finish(session(), "call_1", RESULT, [["f", () => 1]]),
      TypeError,
    );
  }));

Deno.test("notes that nobody ended are swept away after two days", () =>
  withFolder(async (folder) => {
    using notes = new FileCallNotes(folder);
    await notes.begin(session(), CALL);
    await notes.begin(session({ id: "sess_2" }), CALL);
    const old = Date.now() / 1000 - 49 * 60 * 60;
    await Deno.utime(`${folder}/calls-sess_1`, old, old);
    await notes.sweep();
    assertEquals(await notes.find("sess_1", "call_1"), undefined);
    assert(await notes.find("sess_2", "call_1") !== undefined);
  }));
