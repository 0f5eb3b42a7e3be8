import * as fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { settle } from "parley/testing";
import type { RealtimeServerEvent } from "../../lib/realtime/events.ts";
import { openSession } from "../local/peer.ts";
import { clientMessage } from "./client_events.ts";
import { expand } from "./hostile.ts";
import type { Seen, Surface, Target } from "./surface.ts";

/** What the protocol has a client told that got something wrong. */
const CODES = new Set([
  "conversation_already_has_active_response",
  "input_audio_buffer_commit_empty",
  "invalid_value",
  "item_not_found",
  "missing_required_parameter",
  "response_cancel_not_active",
  "unknown_parameter",
]);

/** What the protocol answers with silence, where it goes well. */
const SILENT = new Set([
  "input_audio_buffer.append",
  "output_audio_buffer.clear",
  "response.cancel",
]);

/** What a client sends to the embedded peer, over a data channel or a socket. */
export const clientMessages: fc.Arbitrary<string[]> = fc.array(
  clientMessage,
  { minLength: 1, maxLength: 6 },
);

/** Events of clients, put into a session of the peer without a wire. */
export const peerEvents: Surface<string[]> = {
  name: "peer events",
  share: 20,
  short: 300,
  inputs: clientMessages,
  open: () => Promise.resolve(new FreshSessions()),
};

class FreshSessions implements Target<string[]> {
  async check(messages: string[], seen: Seen): Promise<void> {
    const { session, events, clock, ended } = openSession();
    // What leaves has to fit through a socket, and into a copy for the sideband.
    session.subscribe((event) => JSON.stringify(structuredClone(event)));
    for (const message of messages) {
      events.splice(0);
      const raw = expand(message);
      await session.receive(raw);
      checkAnswer(raw, events, seen);
      await settle();
    }
    await session.receive(QUESTION);
    assert(events.some(isAnswer), "A good item is not taken any more");
    await clock.advance(1000);
    session.close();
    await clock.advance(0);
    assertEquals(clock.pending, 0, "no timer is left");
    assertEquals(ended.length, 1);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const QUESTION_ID = "item_question";

/** What a client may always ask. */
export const QUESTION = JSON.stringify({
  type: "conversation.item.create",
  item: {
    id: QUESTION_ID,
    type: "message",
    role: "user",
    content: [{ type: "input_text", text: "Are you there?" }],
  },
});

/** Whether this says that the {@link QUESTION} was taken as usual. */
export function isAnswer(event: RealtimeServerEvent): boolean {
  return event.type === "conversation.item.added" &&
    event.item.id === QUESTION_ID;
}

/** Checks what came of one message: a typed error, or what the protocol has. */
export function checkAnswer(
  raw: string,
  events: readonly RealtimeServerEvent[],
  seen: Seen,
): void {
  const errors = events.filter((event) => event.type === "error");
  for (const { error } of errors) {
    checkError(error);
    seen.refused(error.code!);
  }
  if (errors.length > 0) return;
  const { type } = JSON.parse(raw);
  assert(
    SILENT.has(type) || events.length > 0,
    `Nothing came of a message of type ${JSON.stringify(type)}`,
  );
  seen.accepted();
}

function checkError(error: unknown): void {
  const { type, code, message, param, event_id, ...more } = error as Record<
    string,
    unknown
  >;
  assertEquals(type, "invalid_request_error");
  assert(CODES.has(code as string), `The code ${code} is not the protocol's`);
  assert(typeof message === "string" && message !== "");
  assert(message.length < 2000, `A message of ${message.length} characters`);
  assert(param === null || typeof param === "string");
  assert(event_id === null || typeof event_id === "string");
  assertEquals(more, {});
}
