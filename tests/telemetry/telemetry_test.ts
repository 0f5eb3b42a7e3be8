import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import { Typist } from "../store/typist.ts";
import { startParley } from "../support/app.ts";
import { type CollectedSpan, Collector } from "./collector.ts";

const QUESTION = "What is the weather like in Rome?";
const COMMON = {
  "gen_ai.provider.name": "parley.local",
  "gen_ai.request.model": "parley-local",
};

/** One conversation with a tool call, and all that is told of it. */
async function told(
  env: Record<string, string>,
  collector: Collector,
): Promise<{ id: string; spans: CollectedSpan[] }> {
  await using app = await startParley({ env: { ...collector.env, ...env } });
  const typist = await Typist.start(app);
  await typist.ask(QUESTION, "sample data");
  await typist.stop();
  await collector.until(() =>
    collector.spans.some(({ name }) => name === "invoke_agent weather") &&
    [...collector.points.values()].some(({ metric }) =>
      metric === "parley.conversations.ended"
    )
  );
  return { id: typist.id, spans: collector.spans };
}

Deno.test("a conversation is told to an OTLP collector, by the conventions' names and without its words", async () => {
  await using collector = new Collector();
  const { id, spans } = await told({}, collector);
  const named = (name: string) => spans.filter((span) => span.name === name);
  const [session, ...others] = named("invoke_agent weather");
  assertEquals(others, []);
  assertEquals(session!.parent, "");
  assertObjectMatch(session!.attributes, {
    ...COMMON,
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": "weather",
    "gen_ai.conversation.id": id,
    "parley.end.code": "stopped",
  });
  assertEquals(session!.failed, false);

  // All else is below it, in time too.
  for (const span of spans.filter((span) => span !== session)) {
    assertEquals(
      [span.traceId, span.parent],
      [session!.traceId, session!.id],
      span.name,
    );
    assert(span.startMs >= session!.startMs && span.endMs <= session!.endMs);
    assertEquals(span.attributes["gen_ai.conversation.id"], id);
  }
  assertEquals(named("parley.call").length, 1);
  assertEquals(named("parley.turn user").length, 1);
  assert(named("parley.turn assistant").length >= 2);

  const [tool] = named("execute_tool get_weather");
  assertObjectMatch(tool!.attributes, {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "get_weather",
    "gen_ai.tool.type": "function",
  });
  assert(tool!.endMs > tool!.startMs);

  const chats = named("chat parley-local");
  // The greeting, the call of the tool, the answer.
  assertEquals(chats.length, 3);
  for (const { attributes, kind } of chats) {
    assertEquals(kind, 3, "a client's");
    assertEquals(attributes["gen_ai.response.finish_reasons"], ["completed"]);
    assert(Number(attributes["gen_ai.usage.output_tokens"]) > 0);
  }

  const points = [...collector.points.values()];
  const point = (metric: string, attributes: Record<string, unknown>) =>
    points.find((point) =>
      point.metric === metric &&
      Object.entries(attributes).every(([key, value]) =>
        point.attributes[key] === value
      )
    );
  const tokens = point("gen_ai.client.token.usage", {
    ...COMMON,
    "gen_ai.token.type": "output",
  });
  assertEquals(tokens?.count, 3);
  assertEquals(
    tokens?.sum,
    chats.reduce(
      (sum, { attributes }) =>
        sum + Number(attributes["gen_ai.usage.output_tokens"]),
      0,
    ),
  );
  assertEquals(point("gen_ai.client.operation.duration", COMMON)?.count, 3);
  assertEquals(
    point("gen_ai.execute_tool.duration", { "gen_ai.tool.name": "get_weather" })
      ?.count,
    1,
  );
  assertEquals(
    point("parley.conversations.ended", { "parley.end.code": "stopped" })
      ?.count,
    1,
  );
  assertEquals(point("parley.conversations.active", COMMON)?.count, 0);

  // Nobody has asked for it.
  const all = collector.texts.join("");
  for (const words of ["Rome", "This is sample data", "How can I help"]) {
    assertEquals(all.includes(words), false, words);
  }
});

Deno.test("what is said is told to a collector where that is asked for", async () => {
  await using collector = new Collector();
  const { spans } = await told(
    { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true" },
    collector,
  );
  const texts = spans.map(({ attributes }) => attributes["parley.turn.text"]);
  assert(texts.includes(QUESTION));
  const tool = spans.find(({ name }) => name === "execute_tool get_weather")!;
  assertEquals(
    JSON.parse(String(tool.attributes["gen_ai.tool.call.arguments"])),
    { location: "Rome" },
  );
  assert(
    String(tool.attributes["gen_ai.tool.call.result"]).includes("sample data"),
  );
});
