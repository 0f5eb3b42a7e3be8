import * as fc from "fast-check";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  parseBrowserFrame,
  parseServerFrame,
  type ServerFrame,
} from "../../lib/session/envelope.ts";
import type { Client } from "./client.ts";
import { expand, hostileJson } from "./hostile.ts";
import { modelEvent } from "./model_events.ts";
import { OFFERS } from "./offer_samples.ts";
import { SessionServer, type Wire } from "./session_server.ts";
import type { Seen, Surface, Target } from "./surface.ts";

/** Frames of a page, a good one of each kind. */
const PAGE_FRAMES: readonly Record<string, unknown>[] = [
  { type: "start" },
  {
    type: "start",
    agent: "weather",
    transport: "socket",
    turnTaking: { pushToTalk: true, bargeIn: false },
  },
  { type: "start", resume: "token" },
  { type: "turn_taking", pushToTalk: true, bargeIn: true },
  { type: "talk", down: true },
  { type: "offer", sdp: OFFERS[0] },
  { type: "offer", sdp: OFFERS[1] },
  { type: "connected" },
  { type: "event", event: { type: "session.updated", session: {} } },
  { type: "text", text: "Hello" },
  { type: "interrupt" },
  { type: "approval", callId: "call_1", approve: true },
  { type: "truncate", itemId: "item_1", audioEndMs: 10 },
  { type: "stop" },
];

/** Every code that a page is told, but those of faults of the server's own. */
const CODES = new Set([
  "already_started",
  "bad_frame",
  "data_channel_offered",
  "not_push_to_talk",
  "not_started",
  "nothing_to_approve",
  "resume_failed",
  "unknown_agent",
]);

type Frame = string | Uint8Array<ArrayBuffer>;

interface Visit {
  handshake: "server" | "ephemeral";
  /** What is said before the hostile frames. */
  begins: "not" | "webrtc" | "socket" | "called";
  frames: Frame[];
}

const visits: fc.Arbitrary<Visit> = fc.record({
  handshake: fc.constantFrom("server", "ephemeral"),
  begins: fc.constantFrom("not", "webrtc", "socket", "called"),
  frames: fc.array(
    fc.oneof(
      { arbitrary: hostileJson(PAGE_FRAMES), weight: 6 },
      {
        arbitrary: modelEvent.map((event) =>
          `{"type":"event","event":${event}}`
        ),
        weight: 2,
      },
      {
        arbitrary: fc.uint8Array({ maxLength: 50 }).map((bytes) =>
          bytes.slice()
        ),
        weight: 1,
      },
    ),
    { minLength: 1, maxLength: 12 },
  ),
});

/** Frames to `/session` under `parley.v1`, before and after a conversation begins. */
export const pageFrames: Surface<Visit> = {
  name: "/session, parley.v1",
  share: 15,
  short: 100,
  inputs: visits,
  open: () => Pages.open("memory"),
};

/** The same over TCP. */
export const pageFramesOverNetwork: Surface<Visit> = {
  ...pageFrames,
  name: "/session, parley.v1, over TCP",
  share: 1,
  short: 5,
  open: () => Pages.open("network"),
};

class Pages implements Target<Visit> {
  readonly #servers: Record<Visit["handshake"], SessionServer>;
  readonly #neighbours: Page[] = [];

  private constructor(wire: Wire) {
    this.#servers = {
      server: new SessionServer(wire, "server"),
      ephemeral: new SessionServer(wire, "ephemeral"),
    };
  }

  static async open(wire: Wire): Promise<Pages> {
    const pages = new Pages(wire);
    for (const server of Object.values(pages.#servers)) {
      const neighbour = new Page(await server.page(), false);
      pages.#neighbours.push(neighbour);
      await neighbour.begin("webrtc");
    }
    return pages;
  }

  async check({ handshake, begins, frames }: Visit, seen: Seen): Promise<void> {
    const server = this.#servers[handshake];
    const page = new Page(await server.page(), frames.some(relaysError));
    await page.begin(begins);
    let over = false;
    for (const frame of frames) {
      over = await page.put(frame, seen);
      if (over) break;
    }
    if (!over) page.client.send({ type: "stop" });
    const { code } = await page.client.closed();
    assertNotEquals(code, INTERNAL_ERROR);
    for (const neighbour of this.#neighbours) await neighbour.ask();
    for (const server of Object.values(this.#servers)) {
      await server.rest();
      server.checkLog();
    }
  }

  async close(): Promise<void> {
    for (const { client } of this.#neighbours) {
      client.send({ type: "stop" });
      await client.closed();
    }
    for (const server of Object.values(this.#servers)) await server.close();
  }
}

/** A server's fault (RFC 6455, section 7.4.1). */
const INTERNAL_ERROR = 1011;

/** What the answer can be told by: no call waits for approval here. */
const QUESTION = { type: "approval", callId: "none", approve: true };

/** A page's side of its WebSocket, which looks at everything that it is sent. */
class Page {
  readonly client: Client;
  readonly #modelErrs: boolean;

  /** @param modelErrs Whether it may be told of errors of the model's. */
  constructor(client: Client, modelErrs: boolean) {
    this.client = client;
    this.#modelErrs = modelErrs;
  }

  async begin(how: Visit["begins"]): Promise<void> {
    if (how === "not") return;
    const transport = how === "socket" ? "socket" : "webrtc";
    this.client.send({ type: "start", transport });
    assertEquals((await this.#next()).type, "ready");
    if (how !== "called") return;
    this.client.send({ type: "offer", sdp: OFFERS[1] });
    this.client.send({ type: "connected" });
  }

  /** Asks and waits for the answer, as a page does that means no harm. */
  async ask(): Promise<void> {
    this.client.send(QUESTION);
    while (!isAnswer(await this.#next())) { /* Something else for the page. */ }
  }

  /** Sends a frame and takes what comes of it; true where that ends the visit. */
  async put(frame: Frame, seen: Seen): Promise<boolean> {
    const sent = typeof frame === "string" ? expand(frame) : frame;
    this.client.send(sent);
    this.client.send(QUESTION);
    const parsed = typeof sent === "string"
      ? parseBrowserFrame(sent)
      : { ok: sent.length > 0 && sent.length % 2 === 0 } as const;
    // Some hostile frames are questions themselves.
    let answers = "frame" in parsed && parsed.frame.type === "approval" ? 2 : 1;
    let refused = false;
    while (answers > 0) {
      const reply = await this.#next();
      if (reply.type === "ended") {
        seen.refused(`ended: ${reply.code}`);
        return true;
      }
      if (isAnswer(reply)) answers--;
      else if (reply.type === "error") {
        seen.refused(CODES.has(reply.code) ? reply.code : "the model's");
        refused = true;
      }
    }
    assert(parsed.ok || refused, "A frame that is none was not refused");
    if (!refused) seen.accepted();
    return false;
  }

  /** @throws where it is no frame of the envelope's, or not for a page. */
  async #next(): Promise<ServerFrame> {
    const parsed = parseServerFrame(JSON.stringify(await this.client.next()));
    if (!parsed.ok) throw new Error(parsed.reason);
    const { frame } = parsed;
    if (frame.type === "error" && !this.#modelErrs) {
      assert(CODES.has(frame.code), `The page was told of ${frame.code}`);
      const { length } = frame.message;
      assert(length < 1000, `A message of ${length} characters`);
    }
    return frame;
  }
}

function isAnswer(reply: ServerFrame): boolean {
  return reply.type === "error" && (reply.code === "nothing_to_approve" ||
    reply.code === "not_started" && reply.message.includes('"approval"'));
}

function relaysError(frame: Frame): boolean {
  return typeof frame === "string" && /"type": *"error"/.test(frame);
}
