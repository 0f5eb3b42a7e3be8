import * as fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { settle } from "parley/testing";
import type { RealtimeClientEvent } from "../../lib/realtime/events.ts";
import { RelayLink } from "../../lib/session/relay_link.ts";
import { isUsable } from "../../lib/session/relayed_event.ts";
import { findAgent, Session } from "../../lib/session/session.ts";
import { testServices } from "../support/services.ts";
import { expand } from "./hostile.ts";
import { goodCall, isAnswer, modelEvent } from "./model_events.ts";
import type { Seen, Surface, Target } from "./surface.ts";

/** Events that a browser relays, put into an agent loop without a socket. */
export const relayedEvents: Surface<string[]> = {
  name: "relayed events",
  share: 17,
  short: 200,
  inputs: fc.array(modelEvent, { minLength: 1, maxLength: 8 }),
  open: () => Promise.resolve(new FreshLoops()),
};

class FreshLoops implements Target<string[]> {
  async check(events: string[], seen: Seen): Promise<void> {
    const services = testServices();
    const cast = await findAgent(services);
    const session = new Session(services, cast, {
      end: () => Promise.resolve(),
    });
    const sent: RealtimeClientEvent[] = [];
    const link = new RelayLink(
      (event) => sent.push(JSON.parse(JSON.stringify(event))),
      { seesResponses: events.length % 2 === 0 },
    );
    const loop = session.run(link);
    loop.greet();
    for (const json of events) relay(link, expand(json), seen);
    link.relayed(goodCall("call_good") as { type: string });
    await settle();
    const answered = sent.some((event) => isAnswer(event, "call_good"));
    assert(answered, `A good call is not answered: ${typesOf(sent)}`);
    await link.close();
    session.release();
    await services.recorder.close();
    checkLog(services.lines);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function relay(link: RelayLink, json: string, seen: Seen): void {
  let event;
  try {
    event = JSON.parse(json);
  } catch {
    return seen.refused("bad_frame");
  }
  if (typeof event?.type !== "string") return seen.refused("bad_frame");
  if (isUsable(event)) seen.accepted();
  else seen.refused("not_usable");
  link.relayed(event);
}

/** Checks that no fault of the server's own is in its log. */
export function checkLog(lines: readonly string[]): void {
  const faults = lines.filter((line) => JSON.parse(line).level === "error");
  assertEquals(faults, []);
}

function typesOf(events: readonly RealtimeClientEvent[]): string {
  return events.map(({ type }) => type).join(", ") || "nothing was sent";
}
