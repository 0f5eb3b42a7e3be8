import { assertEquals } from "@std/assert";
import { settle } from "parley/testing";
import type { ServerFrame } from "../../lib/session/envelope.ts";
import { Outbox, type Page } from "../../lib/session/outbox.ts";

/** A frame that can be told from others, of about so many characters. */
const frame = (name: string, characters = 0): ServerFrame => ({
  type: "answer",
  sdp: name + " ".repeat(characters),
});

/** A page that notes what it gets, until it is gone. */
class FakePage implements Page {
  readonly got: string[] = [];
  readonly closed: string[] = [];
  open = true;

  send(json: string): boolean {
    if (!this.open) return false;
    const { sdp, type } = JSON.parse(json);
    this.got.push(sdp?.trim() ?? type);
    return true;
  }

  close(reason: string): void {
    this.open = false;
    this.closed.push(reason);
  }
}

function setUp() {
  const page = new FakePage();
  let overflows = 0;
  const outbox = new Outbox(page, () => {
    overflows++;
    outbox.close();
  });
  return { page, outbox, overflows: () => overflows };
}

Deno.test("what a page could not get, the next one gets in its order, each once", () => {
  const { page, outbox } = setUp();
  outbox.send(frame("a"));
  page.open = false;
  outbox.send(frame("b"));
  assertEquals(outbox.detach(page), true);
  outbox.send(frame("c"));
  const second = new FakePage();
  outbox.attach(second, frame("first"));
  outbox.send(frame("d"));
  assertEquals(page.got, ["a"]);
  assertEquals(second.got, ["first", "b", "c", "d"]);
  outbox.detach(second);
  const third = new FakePage();
  outbox.attach(third, frame("first"));
  assertEquals(third.got, ["first"]);
});

Deno.test("a page that is gone before it has got all leaves the rest for the next", () => {
  const { page, outbox } = setUp();
  outbox.detach(page);
  for (const name of ["a", "b", "c"]) outbox.send(frame(name));
  const second = new FakePage();
  const send = second.send.bind(second);
  second.send = (json) => {
    const sent = send(json);
    if (json.includes('"a"')) second.open = false;
    return sent;
  };
  outbox.attach(second, frame("first"));
  outbox.detach(second);
  const third = new FakePage();
  outbox.attach(third, frame("first"));
  assertEquals(second.got, ["first", "a"]);
  assertEquals(third.got, ["first", "b", "c"]);
});

Deno.test("another connection takes over from one that still looks open", () => {
  const { page, outbox } = setUp();
  const second = new FakePage();
  outbox.attach(second, frame("first"));
  assertEquals(page.closed.length, 1);
  assertEquals(outbox.detach(page), false, "it is not the page any more");
  outbox.send(frame("a"));
  assertEquals(second.got, ["first", "a"]);
});

Deno.test("only so many frames are kept", () => {
  const { page, outbox, overflows } = setUp();
  outbox.detach(page);
  for (let count = 0; count < 2000; count++) outbox.send(frame("x"));
  assertEquals(overflows(), 0);
  outbox.send(frame("x"));
  assertEquals(overflows(), 1);
  outbox.send(frame("x"));
  assertEquals(overflows(), 1, "nothing is kept any more");
});

Deno.test("only so much is kept, and room that was used is free again", () => {
  const { page, outbox, overflows } = setUp();
  const megabyte = 1024 * 1024;
  outbox.detach(page);
  for (let count = 0; count < 3; count++) outbox.send(frame("x", megabyte));
  const second = new FakePage();
  outbox.attach(second, frame("first"));
  outbox.detach(second);
  for (let count = 0; count < 3; count++) outbox.send(frame("y", megabyte));
  assertEquals(overflows(), 0);
  outbox.send(frame("z", megabyte));
  assertEquals(overflows(), 1);
});

Deno.test("what is for the model does not wait for what the page shows, but for all that it has to act on", async () => {
  const { page, outbox } = setUp();
  const [kept, ready] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  const shown: ServerFrame = {
    type: "tool",
    callId: "c1",
    name: "f",
    arguments: "{}",
    status: "running",
  };
  const send: ServerFrame = {
    type: "send",
    event: { type: "response.create", event_id: "e1" },
  };
  outbox.send(shown, kept.promise);
  outbox.send(shown);
  outbox.send(send);
  assertEquals(page.got, ["send"]);
  kept.resolve();
  await kept.promise;
  await settle();
  assertEquals(page.got, ["send", "tool", "tool"]);
  // A page that has just come back is told so first.
  const second = new FakePage();
  outbox.attach(second, frame("first"), ready.promise);
  outbox.send(shown, ready.promise);
  outbox.send(send);
  outbox.send(frame("last"));
  outbox.send(send);
  assertEquals(second.got, []);
  ready.resolve();
  await settle();
  assertEquals(second.got, ["first", "send", "tool", "last", "send"]);
});
