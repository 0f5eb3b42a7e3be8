import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { LocalPeer } from "../../../lib/local/peer.ts";
import type { PeerSession } from "../../../lib/local/peer_session.ts";
import { localProvider } from "../../../lib/local/provider.ts";
import type {
  RealtimeServerEvent,
  SessionConfig,
} from "../../../lib/realtime/events.ts";
import type { ModelLink } from "../../../lib/realtime/link.ts";
import { ProviderError } from "../../../lib/realtime/provider.ts";
import { never } from "./fake_api.ts";

/** The first so many events of a link. */
async function take(link: ModelLink, count: number) {
  const events: RealtimeServerEvent[] = [];
  for await (const event of link.events) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

Deno.test("the embedded peer refuses an offer as any provider does", async () => {
  const peer = new LocalPeer();
  const provider = localProvider(peer);
  const error = await assertRejects(
    () => provider.createCall("hello", { type: "realtime" }, never),
    ProviderError,
  );
  assertEquals(error.code, "request_refused");
  assertMatch(error.message, /The offer is no SDP/);
  assertEquals(peer.sessions, 0);
  await peer.close();
});

Deno.test("a call that is not there can't be joined, but hung up", async () => {
  const peer = new LocalPeer();
  const provider = localProvider(peer);
  const error = await assertRejects(
    () => provider.attach("rtc_none", never),
    ProviderError,
  );
  assertEquals(error.code, "call_not_found");
  await provider.hangup("rtc_none");
  await peer.close();
});

/** A peer whose calls have a session and no WebRTC behind it. */
class PeerWithoutSound extends LocalPeer {
  readonly #calls = new Map<string, PeerSession>();

  override call(_offer: string, config: SessionConfig) {
    this.#calls.set("rtc_1", this.open(config, () => {}));
    return Promise.resolve({ id: "rtc_1", answer: "v=0\r\nanswer" });
  }

  override session(id: string) {
    return this.#calls.get(id);
  }

  override hangup(id: string) {
    this.#calls.get(id)?.close();
    return Promise.resolve(this.#calls.delete(id));
  }
}

Deno.test("a call is made, joined and hung up without a socket", async () => {
  const peer = new PeerWithoutSound();
  const provider = localProvider(peer);
  assertEquals(
    await provider.createCall(
      "v=0",
      { type: "realtime", instructions: "Be brief" },
      never,
    ),
    { answer: "v=0\r\nanswer", callId: "rtc_1" },
  );
  const link = await provider.attach("rtc_1", never);
  const [created] = await take(link, 1);
  assertEquals(created?.type, "session.created");
  const { session } = created as unknown as {
    session: Record<string, unknown>;
  };
  assertEquals(session.instructions, "Be brief");
  await link.close();
  assertEquals(peer.sessions, 1, "a call outlives who joined it");
  const again = await provider.attach("rtc_1", never);
  await provider.hangup("rtc_1");
  assertEquals((await again.closed)?.code, 1001);
  assertEquals(peer.sessions, 0);
  await peer.close();
});

Deno.test("a session without a socket is configured, answers, and ends with its link", async () => {
  const peer = new LocalPeer();
  const link = await localProvider(peer).open({
    type: "realtime",
    model: "m",
    instructions: "Be brief",
  }, never);
  assertEquals(peer.sessions, 1);
  const [created, updated] = await take(link, 2);
  assertEquals(created?.type, "session.created");
  assertEquals(updated?.type, "session.updated");
  const { session } = updated as unknown as {
    session: Record<string, unknown>;
  };
  assertEquals([session.model, session.instructions], ["m", "Be brief"]);
  link.send({
    type: "conversation.item.create",
    item: {
      type: "message",
      role: "user",
      content: [{ type: "input_text", text: "Hi" }],
    },
  });
  assertEquals((await take(link, 1))[0]?.type, "conversation.item.added");
  await link.close("Done");
  assertEquals(await link.closed, { code: 1000, reason: "Done" });
  link.send({ type: "response.create" });
  assertEquals(peer.sessions, 0);
  await peer.close();
});

Deno.test("the peer's end is the link's", async () => {
  const peer = new LocalPeer();
  const link = await localProvider(peer).open({ type: "realtime" }, never);
  await peer.close();
  const types = (await take(link, 10)).map(({ type }) => type);
  assertEquals(types, ["session.created", "session.updated"]);
  assertEquals((await link.closed)?.code, 1001);
});
