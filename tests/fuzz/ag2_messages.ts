import * as fc from "fast-check";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { MAX_FRAME_CHARACTERS } from "../../lib/session/envelope.ts";
import { isUsable } from "../../lib/session/relayed_event.ts";
import type { Client } from "./client.ts";
import { expand } from "./hostile.ts";
import { goodCall, isAnswer, modelEvent } from "./model_events.ts";
import { SessionServer, type Wire } from "./session_server.ts";
import type { Seen, Surface, Target } from "./surface.ts";

type Message = string | Uint8Array<ArrayBuffer>;

/** Messages to `/session` without a subprotocol: AG2's wire. */
export const ag2Messages: Surface<Message[]> = {
  name: "/session, AG2's wire",
  share: 10,
  short: 100,
  inputs: fc.array(
    fc.oneof(
      { arbitrary: modelEvent, weight: 8 },
      {
        arbitrary: fc.uint8Array({ maxLength: 50 }).map((bytes) =>
          bytes.slice()
        ),
        weight: 1,
      },
    ),
    { minLength: 1, maxLength: 12 },
  ),
  open: () => Clients.open("memory"),
};

/** The same over TCP. */
export const ag2MessagesOverNetwork: Surface<Message[]> = {
  ...ag2Messages,
  name: "/session, AG2's wire, over TCP",
  share: 1,
  short: 5,
  open: () => Clients.open("network"),
};

/** A server's fault (RFC 6455, section 7.4.1). */
const INTERNAL_ERROR = 1011;

/** A conversation gets slower with each call that is made in it. */
const CALLS_PER_NEIGHBOUR = 200;

class Clients implements Target<Message[]> {
  readonly #server: SessionServer;
  #neighbour!: Client;
  #calls = 0;
  #asked = 0;

  private constructor(wire: Wire) {
    this.#server = new SessionServer(wire, "ephemeral");
  }

  static async open(wire: Wire): Promise<Clients> {
    const clients = new Clients(wire);
    await clients.#meetNeighbour();
    return clients;
  }

  async check(messages: Message[], seen: Seen): Promise<void> {
    const client = await this.#server.ag2();
    await client.next("ag2.init");
    let over = false;
    for (const message of messages) {
      over = await this.#put(client, message, seen);
      if (over) break;
    }
    await client.close();
    await this.#askNeighbour();
    await this.#server.rest();
    this.#server.checkLog();
  }

  async close(): Promise<void> {
    await this.#neighbour.close();
    await this.#server.close();
  }

  async #meetNeighbour(): Promise<void> {
    this.#neighbour = await this.#server.ag2();
    await this.#neighbour.next("ag2.init");
  }

  async #askNeighbour(): Promise<void> {
    const callId = this.#newCall();
    this.#neighbour.send(goodCall(callId));
    assertEquals(await answered(this.#neighbour, callId), []);
    if (++this.#asked % CALLS_PER_NEIGHBOUR !== 0) return;
    await this.#neighbour.close();
    await this.#meetNeighbour();
  }

  /** An id that no input has: a call that is made twice is answered once. */
  #newCall(): string {
    return `good_call_${++this.#calls}`;
  }

  /** Sends a message and takes what comes of it; true where that ends the visit. */
  async #put(
    client: Client,
    message: Message,
    seen: Seen,
  ): Promise<boolean> {
    const callId = this.#newCall();
    client.send(typeof message === "string" ? expand(message) : message);
    client.send(goodCall(callId));
    const errors = await answered(client, callId);
    if (errors === "closed") {
      const { code } = await client.closed();
      assertNotEquals(code, INTERNAL_ERROR);
      seen.refused("closed");
      return true;
    }
    for (const code of errors) seen.refused(code);
    assertEquals(errors.length === 0, isEvent(message));
    if (errors.length === 0) seen.accepted();
    return false;
  }
}

/** The codes of the errors before the answer to a call; or it was the end. */
async function answered(
  client: Client,
  callId: string,
): Promise<string[] | "closed"> {
  const codes: string[] = [];
  while (true) {
    const reply = await client.next();
    if (reply === undefined) return "closed";
    if (isAnswer(reply, callId)) return codes;
    if (reply.type !== "error") continue;
    const { type, code, message } = reply.error;
    assertEquals(type, "invalid_request_error");
    assert(code === "invalid_value" || code === "bad_frame", code);
    assert(typeof message === "string" && message.length < 1000);
    codes.push(code);
  }
}

function isEvent(message: Message): boolean {
  if (typeof message !== "string") return false;
  const sent = expand(message);
  if (sent.length > MAX_FRAME_CHARACTERS) return false;
  try {
    const event = JSON.parse(sent);
    return typeof event?.type === "string" && isUsable(event);
  } catch {
    return false;
  }
}
