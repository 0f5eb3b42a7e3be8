import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import { ScriptedLink, settle } from "parley/testing";
import { z } from "zod";
import { defineAgent } from "../../lib/engine/agent.ts";
import { defineTool } from "../../lib/engine/tool.ts";
import { testServices } from "../support/services.ts";
import { connectRaw, House } from "./house.ts";

/** A piece of an answer's sound. */
const piece = (delta: string) => ({
  type: "response.output_audio.delta" as const,
  response_id: "resp_1",
  item_id: "item_1",
  output_index: 0,
  content_index: 0,
  delta,
});

const LONG = piece("A".repeat(256 * 1024));

/** More than the machine's own buffers and Parley's bound take together. */
const PIECES = 256;

/** A text frame as clients have to send it: masked, here with zeros. */
function textFrame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const { length } = payload;
  const size = length < 126
    ? [0x80 | length]
    : [0x80 | 126, length >> 8, length & 255];
  return new Uint8Array([0x81, ...size, 0, 0, 0, 0, ...payload]);
}

Deno.test("who does not read what it is sent is given up, and others are not", async (test) => {
  const links: ScriptedLink[] = [];
  await using house = new House({
    environment: { MAX_SESSIONS: "100" },
    services: {
      provider: {
        ...testServices().provider,
        open: () => {
          const link = new ScriptedLink();
          links.push(link);
          return Promise.resolve(link);
        },
      },
    },
  });
  const start = JSON.stringify({ type: "start", transport: "socket" });
  const wellBehaved = await house.open("198.51.100.1");
  wellBehaved.send(start);
  await wellBehaved.next("ready");
  const [modelOfTheOther] = links;

  /** A client that has begun a conversation and reads as `read` does. */
  const neglect = async (
    from: string,
    read: (connection: Deno.TcpConn) => Promise<void>,
  ) => {
    using connection = await connectRaw(`${house.url}/session`, {
      "x-test-from": from,
      "sec-websocket-protocol": "parley.v1",
    });
    const known = links.length;
    await connection.write(textFrame(start));
    while (links.length === known) await settle();
    const model = links.at(-1)!;
    for (let sent = 0; house.services.sessions.size > 1; sent++) {
      assert(sent < PIECES, "It is given up before that");
      model.says(LONG);
      await read(connection);
      await settle();
    }
    const line = house.lines.findLast(({ message }) =>
      message === "A page was shut out"
    );
    assertObjectMatch(line!, { client: from, code: "too_slow" });
  };

  await test.step("one that never reads", () =>
    neglect("203.0.113.1", () => Promise.resolve()));

  await test.step("one that reads too slowly", () =>
    neglect("203.0.113.2", async (connection) => {
      await connection.read(new Uint8Array(8 * 1024));
    }));

  await test.step("another conversation goes on as before", async () => {
    modelOfTheOther!.says(piece("AA"));
    assertEquals((await wellBehaved.next("event")).event.delta, "AA");
    wellBehaved.send({ type: "stop" });
    await wellBehaved.closed();
  });
});

Deno.test("on AG2's wire, too", async () => {
  const tools = new Map([[
    "much",
    defineTool({
      description: "Says a lot",
      parameters: z.object({}),
      execute: () => "x".repeat(16_000),
    }),
  ]]);
  const agents = new Map([[
    "weather",
    defineAgent({ title: "W", instructions: "W", tools: ["much"] }),
  ]]);
  await using house = new House({
    services: { catalog: () => Promise.resolve({ agents, tools, faults: [] }) },
  });
  using connection = await connectRaw(`${house.url}/session`, {
    "x-test-from": "203.0.113.1",
  });
  while (house.services.sessions.size === 0) await settle();
  for (let call = 0; house.services.sessions.size > 0; call++) {
    assert(call < 3_000, "It is given up before that");
    await connection.write(textFrame(JSON.stringify({
      type: "response.function_call_arguments.done",
      call_id: `c${call}`,
      name: "much",
      arguments: "",
    })));
    // As slowly as is allowed.
    await house.clock.advance(5);
  }
  assertObjectMatch(house.lines.findLast(({ code }) => code === "too_slow")!, {
    client: "203.0.113.1",
    message: "A client was shut out",
  });
});
