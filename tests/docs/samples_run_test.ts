/** Runs the samples of the documentation, each as a reader would. */
import "../../docs/samples/agent_test.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { readConfig } from "../../lib/config.ts";
import type { Catalog } from "../../lib/engine/catalog.ts";
import { CatalogSource } from "../../lib/engine/catalog_source.ts";
import { runTool, type ToolResult } from "../../lib/engine/tool_runner.ts";
import type { Identify } from "../../lib/identity.ts";
import { LocalPeer } from "../../lib/local/peer.ts";
import { LOCAL_BASE, localProvider } from "../../lib/local/provider.ts";
import { handlePeerRequest } from "../../lib/local/requests.ts";
import { hostSession } from "../../lib/session/page_socket.ts";
import { ask } from "../../docs/samples/session_client.ts";
import { callFor } from "../../docs/samples/openai_client.ts";
import { testServices } from "../support/services.ts";
import { toolContext } from "../support/tool_context.ts";
import { DOCS } from "./pages.ts";

/** A server of this test alone. */
function serve(handler: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    handler,
  );
  return {
    host: `127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The shop that a sample asks: order 17 is there, 18 breaks it. */
function shop() {
  return serve(({ url }) => {
    const number = new URL(url).pathname.split("/").at(-1);
    if (number === "17") return Response.json({ status: "on its way" });
    return new Response(null, { status: number === "18" ? 500 : 404 });
  });
}

/** The agents and tools of the samples, as Parley loads them. */
async function samples(): Promise<Catalog> {
  using source = new CatalogSource(
    new URL("samples/", DOCS),
    toolContext().log,
  );
  return await source.current();
}

/** Calls a tool as a model does; `asked` is whether a person was asked. */
async function call(
  { tools }: Catalog,
  name: string,
  args: unknown,
  state = new Map<string, unknown>(),
): Promise<ToolResult & { asked: boolean; told: string[] }> {
  const { log, sessionId, agent } = toolContext();
  let asked = false;
  const told: string[] = [];
  const { result } = runTool(
    { callId: "call_1", name, arguments: JSON.stringify(args) },
    {
      tools,
      sessionId,
      agent,
      log,
      state,
      timeoutMs: 5_000,
      approve: () => Promise.resolve(asked = true),
      progress: (_, message) => void told.push(message),
    },
  );
  return { ...await result, asked, told };
}

Deno.test("the samples' agents and tools are found, and have no fault", async () => {
  const { agents, tools, faults } = await samples();
  assertEquals(faults, []);
  assertEquals([...agents.keys()], ["orders", "reception", "weather_bot"]);
  assertEquals(
    [...tools.keys()],
    ["cancel_order", "get_weather", "look_up_order", "roll_dice"],
  );
});

Deno.test("the samples' tools do what their pages say", async (test) => {
  await using server = shop();
  Deno.env.set("SHOP_URL", `http://${server.host}`);
  const catalog = await samples();
  const state = new Map<string, unknown>();

  await test.step("the first tool", async () => {
    const { output } = await call(catalog, "roll_dice", {});
    assertMatch(output, /^You rolled a [1-6]\.$/);
  });

  await test.step("one that asks a service", async () => {
    const found = await call(catalog, "look_up_order", { number: "17" }, state);
    assertEquals(found.output, "Order 17 is on its way.");
    assertEquals(state.get("order"), 17);
    const missing = await call(catalog, "look_up_order", { number: 99 });
    assertEquals(missing.output, "There is no order 99.");
    const broken = await call(catalog, "look_up_order", { number: 18 });
    assertEquals(broken.status, "failed");
    assertEquals(broken.output, '{"error":"The shop says 500"}');
    const nonsense = await call(catalog, "look_up_order", { number: -1 });
    assertMatch(nonsense.output, /The arguments do not fit/);
  });

  await test.step("one that asks a person, unless the order is known", async () => {
    const known = await call(catalog, "cancel_order", { number: 17 }, state);
    assertEquals(known.asked, false);
    assertEquals(known.output, "Order 17 is cancelled.");
    const other = await call(catalog, "cancel_order", { number: 18 }, state);
    assertEquals(other.asked, true);
    const args = { number: 17, refund: true };
    const refund = await call(catalog, "cancel_order", args, state);
    assertEquals(refund.asked, true);
    assertEquals(refund.told, ["I am asking for the refund."]);
  });

  await test.step("the one that AG2's demo has", async () => {
    const { output } = await call(catalog, "get_weather", { location: "Rome" });
    assertEquals(output, "It is grey in Rome.");
  });
});

Deno.test("the sample's guardrail stops a promise, and nothing else", async () => {
  const { agents } = await samples();
  const [guardrail] = agents.get("orders")!.guardrails!;
  assertEquals(
    await guardrail!.check("I guarantee that it comes"),
    "Nobody can guarantee a delivery",
  );
  assertEquals(await guardrail!.check("It may come"), undefined);
});

Deno.test("the sample's observer tells of slow tools only", async () => {
  const { agents } = await samples();
  const [observer] = agents.get("orders")!.observers!;
  const context = { sessionId: "sess_1", agent: "orders", at: 0 };
  const lines: unknown[][] = [];
  const { error } = console;
  console.error = (...line) => void lines.push(line);
  try {
    for (const durationMs of [10, 2_500]) {
      const report = {
        callId: "call_1",
        name: "look_up_order",
        arguments: "{}",
        status: "completed",
        durationMs,
      } as const;
      await observer!({ type: "tool", report }, context);
    }
    await observer!({ type: "started", agent: "orders" }, context);
  } finally {
    console.error = error;
  }
  assertEquals(lines, [[
    "look_up_order took 2500 ms",
    { status: "completed", sessionId: "sess_1", agent: "orders" },
  ]]);
});

Deno.test("the sample's identity is what the accounts service says of a cookie", async () => {
  await using accounts = serve(({ headers }) =>
    headers.get("cookie") === "session=anna"
      ? Response.json({ account: "account-1" })
      : new Response("Nobody", { status: 401 })
  );
  Deno.env.set("ACCOUNTS_URL", `http://${accounts.host}/me`);
  const { default: identify }: { default: Identify } = await import(
    "../../docs/samples/identify.ts"
  );
  const who = (headers: HeadersInit) =>
    identify(new Request("http://localhost/", { headers }), {
      address: "127.0.0.1",
      token: "none",
    });
  assertEquals(await who({ cookie: "session=anna" }), { id: "account-1" });
  assertEquals(await who({ cookie: "session=stolen" }), undefined);
  assertEquals(await who({}), undefined);
});

/** The embedded peer, for one test. */
function openPeer() {
  const peer = new LocalPeer();
  return { peer, [Symbol.asyncDispose]: () => peer.close() };
}

Deno.test("the sample's client of /session gets a tool's answer, as said by the agent", async () => {
  await using opened = openPeer();
  const catalog = await samples();
  const services = testServices({
    config: readConfig({ REALTIME_PROVIDER: "local" }),
    peer: opened.peer,
    provider: localProvider(opened.peer),
    catalog: () => Promise.resolve(catalog),
  });
  await using server = serve((request) => hostSession(request, services));
  const { log } = console;
  const lines: string[] = [];
  console.log = (line) => void lines.push(line);
  try {
    const answer = await ask(
      `ws://${server.host}/session`,
      "weather_bot",
      "What's the weather like in Rome?",
    );
    assertEquals(answer, "It is grey in Rome.");
    const unknown = await ask(`ws://${server.host}/session`, "nobody", "Hello")
      .catch((error) => String(error));
    assertMatch(unknown, /^Error: unknown_agent: There is no agent 'nobody'/);
  } finally {
    console.log = log;
  }
  assertEquals(lines, ["get_weather is running", "get_weather is completed"]);
  assertEquals(services.sessions.size, 0);
});

Deno.test("the sample with OpenAI's client has the embedded peer call a function", async () => {
  await using opened = openPeer();
  await using server = serve((request) => {
    const path = new URL(request.url).pathname;
    assert(path.startsWith(LOCAL_BASE), path);
    const below = path.slice(LOCAL_BASE.length);
    return handlePeerRequest(opened.peer, request, below, LOCAL_BASE);
  });
  assertEquals(
    await callFor(
      `http://${server.host}${LOCAL_BASE}`,
      "Light in the kitchen!",
    ),
    { name: "switch_light", args: '{"room":"kitchen"}' },
  );
});
