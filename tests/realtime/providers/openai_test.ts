import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertRejects,
} from "@std/assert";
import type { SessionConfig } from "../../../lib/realtime/events.ts";
import { OpenAIProvider } from "../../../lib/realtime/openai.ts";
import { ProviderError } from "../../../lib/realtime/provider.ts";
import { FakeClock } from "parley/testing";
import {
  type Answer,
  deadOrigin,
  failure,
  FakeApi,
  never,
  taken,
  until,
} from "./fake_api.ts";

const SESSION: SessionConfig = {
  type: "realtime",
  model: "gpt-x",
  instructions: "Be brief",
};
const KEY = "sk-top-secret";

function providerAt(
  origin: string,
  clock = new FakeClock(),
): OpenAIProvider {
  return new OpenAIProvider({
    title: "P",
    apiKey: KEY,
    baseUrl: `${origin}/v1`,
    clock,
    random: () => 0,
  });
}

/** Errors that no second attempt mends. */
function refusedBy(answer: Answer) {
  return async (ask: (provider: OpenAIProvider) => Promise<unknown>) => {
    await using api = new FakeApi(answer);
    const error = await assertRejects(
      () => ask(providerAt(api.origin)),
      ProviderError,
    );
    return { error, asked: api.asked.length };
  };
}

Deno.test("a call goes out as a form with offer and session", async () => {
  await using api = new FakeApi(taken());
  const call = await providerAt(api.origin).createCall(
    "v=0\r\noffer",
    SESSION,
    never,
  );
  assertEquals(call, { answer: "v=0\r\nanswer", callId: "rtc_1" });
  assertEquals(api.paths, ["POST /v1/realtime/calls"]);
  const [{ headers, body }] = api.asked as [typeof api.asked[0]];
  assertEquals(headers.get("authorization"), `Bearer ${KEY}`);
  assertMatch(headers.get("content-type") ?? "", /^multipart\/form-data;/);
  const text = await body.clone().text();
  assertMatch(text, /name="?sdp"?[^]*application\/sdp/i);
  const form = await body.formData();
  assertEquals([...form.keys()].sort(), ["sdp", "session"]);
  const part = async (name: string) => {
    const value = form.get(name)!;
    return typeof value === "string" ? value : await value.text();
  };
  assertEquals(await part("sdp"), "v=0\r\noffer");
  assertEquals(JSON.parse(await part("session")), SESSION);
});

Deno.test("the call's id is the last part of where it is", async (test) => {
  for (
    const location of [
      "/v1/realtime/calls/rtc_1",
      "https://api.openai.com/v1/realtime/calls/rtc_1",
      "/v1/realtime/calls/rtc_1/?region=eu",
      "rtc_1",
    ]
  ) {
    await test.step(location, async () => {
      await using api = new FakeApi(taken(location));
      const { callId } = await providerAt(api.origin)
        .createCall("v=0", SESSION, never);
      assertEquals(callId, "rtc_1");
    });
  }
});

Deno.test("an answer that is no use is an error with a sentence", async (test) => {
  for (
    const [name, answer, words, paths] of [
      ["no Location", taken(null), /does not say where the call is/, 1],
      ["an empty Location", taken("/"), /does not say where the call is/, 1],
      // The call is there: it is hung up.
      ["no SDP", taken(undefined, "<html>"), /its answer is no SDP/, 2],
    ] as const
  ) {
    await test.step(name, async () => {
      await using api = new FakeApi(answer, () => new Response());
      const error = await assertRejects(
        () => providerAt(api.origin).createCall("v=0", SESSION, never),
        ProviderError,
      );
      assertEquals(error.code, "answer_unusable");
      assertMatch(error.message, words);
      assertMatch(error.message, /OPENAI_BASE_URL/);
      assertEquals(
        api.paths,
        ["POST /v1/realtime/calls", "POST /v1/realtime/calls/rtc_1/hangup"]
          .slice(0, paths),
      );
    });
  }
});

Deno.test("a client secret is minted for a minute", async () => {
  await using api = new FakeApi(() =>
    Response.json({ value: "ek_1", expires_at: 12, session: {} })
  );
  assertEquals(
    await providerAt(api.origin).mintClientSecret(SESSION, never),
    { value: "ek_1", expiresAt: 12 },
  );
  assertEquals(api.paths, ["POST /v1/realtime/client_secrets"]);
  assertObjectMatch(await api.asked[0]!.body.json(), {
    expires_after: { seconds: 60 },
    session: SESSION,
  });
});

Deno.test("a secret that is none is an error with a sentence", async (test) => {
  for (
    const [name, answer] of [
      ["no JSON", new Response("{", { headers: JSON_TYPE })],
      ["no JSON at all", new Response("<html>")],
      ["other JSON", Response.json({ client_secret: "ek_1" })],
    ] as const
  ) {
    await test.step(name, async () => {
      const { error } = await refusedBy(() => answer)((provider) =>
        provider.mintClientSecret(SESSION, never)
      );
      assertEquals(error.code, "answer_unusable");
    });
  }
});

Deno.test("hanging up ends a call, and one that is over is no error", async () => {
  await using api = new FakeApi(
    () => new Response(),
    failure(404, "call_not_found"),
    failure(403),
  );
  const provider = providerAt(api.origin);
  await provider.hangup("rtc_1");
  await provider.hangup("rtc_2");
  assertEquals(api.paths, [
    "POST /v1/realtime/calls/rtc_1/hangup",
    "POST /v1/realtime/calls/rtc_2/hangup",
  ]);
  assertEquals(api.asked[0]!.headers.get("authorization"), `Bearer ${KEY}`);
  await assertRejects(() => provider.hangup("rtc_3"), ProviderError);
});

const JSON_TYPE = { "content-type": "application/json" };

Deno.test("a refusal is explained, and not tried again", async (test) => {
  const table: [string, Answer, string, RegExp][] = [
    ["401", failure(401, "invalid_api_key"), "key_rejected", /OPENAI_API_KEY/],
    ["403", failure(403), "not_allowed", /does not allow this key/],
    ["404", failure(404, "model_not_found"), "model_not_found", /'gpt-x'/],
    [
      "404 of something else",
      () => new Response("Not here", { status: 404 }),
      "model_not_found",
      /REALTIME_MODEL and OPENAI_BASE_URL/,
    ],
    ["400 model", failure(400, "model_not_found"), "model_not_found", /MODEL/],
    [
      "429 quota",
      failure(429, "insufficient_quota"),
      "quota_exceeded",
      /billing/,
    ],
    [
      "429 with a long wait",
      failure(429, "rate_limit_exceeded", { "retry-after": "60" }),
      "rate_limited",
      /Wait a moment/,
    ],
    [
      "400 beta",
      failure(400, "beta_api_shape_disabled"),
      "beta_refused",
      /old beta API.*OPENAI_BASE_URL/,
    ],
    ["400", failure(400, "invalid_offer"), "request_refused", /: About inv/],
    [
      "400 with a page",
      () => new Response("<html>Bad</html>", { status: 400 }),
      "request_refused",
      /: status 400$/,
    ],
    [
      "400 with half a JSON",
      () => new Response('{"error": {', { status: 400, headers: JSON_TYPE }),
      "request_refused",
      /: status 400$/,
    ],
    [
      "400 with another JSON",
      () => Response.json([1], { status: 400 }),
      "request_refused",
      /: status 400$/,
    ],
    // It may have been carried out: a second call would cost money.
    ["500", failure(500), "provider_down", /status 500/],
    ["502", failure(502), "provider_down", /status 502/],
    [
      "a redirect",
      () => Response.redirect("http://127.0.0.1:9/elsewhere"),
      "request_refused",
      /: status 302$/,
    ],
  ];
  for (const [name, answer, code, words] of table) {
    await test.step(name, async () => {
      const { error, asked } = await refusedBy(answer)((provider) =>
        provider.createCall("v=0", SESSION, never)
      );
      assertEquals(error.code, code);
      assertMatch(error.message, words);
      assertEquals(asked, 1);
    });
  }
});

Deno.test("a provider that breaks the connection off is not called twice", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  let connections = 0;
  const serving = (async () => {
    for await (const connection of listener) {
      connections++;
      await connection.read(new Uint8Array(16));
      connection.close();
    }
  })();
  const error = await assertRejects(
    () =>
      providerAt(`http://127.0.0.1:${listener.addr.port}`)
        .createCall("v=0", SESSION, never),
    ProviderError,
  );
  assertEquals(error.code, "provider_unreachable");
  assertEquals(error.retryable, true);
  assertEquals(connections, 1);
  listener.close();
  await serving;
});

Deno.test("no error's text holds the key, even where the provider says it", async (test) => {
  const telling = (status: number): Answer => () =>
    Response.json({ error: { message: `Wrong: ${KEY}`, code: KEY } }, {
      status,
      headers: { "x-echo": KEY },
    });
  for (const status of [400, 401, 403, 404, 422, 500]) {
    await test.step(`${status}`, async () => {
      const { error } = await refusedBy(telling(status))((provider) =>
        provider.createCall("v=0", SESSION, never)
      );
      assertEquals(Deno.inspect(error, { depth: 10 }).includes(KEY), false);
    });
  }
  await test.step("nobody there", async () => {
    const clock = new FakeClock();
    const origin = `${deadOrigin()}/${KEY}`;
    const made = assertRejects(
      () => providerAt(origin, clock).createCall("v=0", SESSION, never),
      ProviderError,
    );
    for (let time = 0; time < 2; time++) {
      await until(() => clock.pending === 1);
      await clock.advance(0);
    }
    const error = await made;
    assertEquals(error.code, "provider_unreachable");
    assertEquals(Deno.inspect(error, { depth: 10 }).includes(KEY), false);
  });
});

Deno.test("a signal ends a request with its reason", async () => {
  const abort = new AbortController();
  await using api = new FakeApi(() => {
    abort.abort(new Error("The browser left"));
    return new Response(null, { status: 500 });
  });
  await assertRejects(
    () => providerAt(api.origin).createCall("v=0", SESSION, abort.signal),
    Error,
    "The browser left",
  );
});
