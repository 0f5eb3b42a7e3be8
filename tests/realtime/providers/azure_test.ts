import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { azureBaseUrl, azureProvider } from "../../../lib/realtime/azure.ts";
import type { SessionConfig } from "../../../lib/realtime/events.ts";
import { ProviderError } from "../../../lib/realtime/provider.ts";
import { FakeClock } from "parley/testing";
import {
  type Answer,
  deadOrigin,
  FakeApi,
  never,
  taken,
  until,
  upgraded,
} from "./fake_api.ts";

const SESSION: SessionConfig = { type: "realtime", model: "my-deployment" };

function azureAt(endpoint: string, clock = new FakeClock()) {
  return azureProvider({
    endpoint,
    apiKey: "azure-secret",
    clock,
    random: () => 0,
  });
}

Deno.test("Azure has its own path and its own header", async () => {
  const greeting = upgraded((socket) => socket.send('{"type":"t"}'));
  await using api = new FakeApi(
    () => Response.json({ value: "ek_1", expires_at: 1 }),
    taken("/openai/v1/realtime/calls/rtc_1"),
    greeting,
    greeting,
    () => new Response(),
  );
  const azure = azureAt(`${api.origin}/`);
  assertEquals(azure.title, "Azure OpenAI");
  assertEquals(azure.callsUrl, `${api.origin}/openai/v1/realtime/calls`);
  await azure.mintClientSecret(SESSION, never);
  const { callId } = await azure.createCall("v=0", SESSION, never);
  await (await azure.attach(callId, never)).close();
  await (await azure.open(SESSION, never)).close();
  await azure.hangup(callId);
  assertEquals(api.paths, [
    "POST /openai/v1/realtime/client_secrets",
    "POST /openai/v1/realtime/calls",
    "GET /openai/v1/realtime?call_id=rtc_1",
    "GET /openai/v1/realtime?model=my-deployment",
    "POST /openai/v1/realtime/calls/rtc_1/hangup",
  ]);
  for (const { headers, path } of api.asked) {
    assertEquals(headers.get("api-key"), "azure-secret", path);
    assertEquals(headers.get("authorization"), null, path);
  }
  const form = await api.asked[1]!.body.formData();
  const session = form.get("session")!;
  assertEquals(
    JSON.parse(typeof session === "string" ? session : await session.text()),
    SESSION,
  );
});

Deno.test("every address that the portal shows leads to the same base", () => {
  for (
    const endpoint of [
      "https://x.openai.azure.com",
      "https://x.openai.azure.com/",
      "https://x.openai.azure.com/openai",
      "https://x.openai.azure.com/openai/v1/",
      "https://x.openai.azure.com/openai/realtime?api-version=2024-10-01-preview&deployment=d",
    ]
  ) {
    assertEquals(
      azureBaseUrl(endpoint),
      "https://x.openai.azure.com/openai/v1",
    );
  }
  assertEquals(
    azureBaseUrl("https://gateway.test/team/openai"),
    "https://gateway.test/team/openai/v1",
  );
});

Deno.test("Azure's refusals name Azure's settings", async (test) => {
  const azureError = (status: number, code: string): Answer => () =>
    Response.json({ error: { code, message: "Azure's words" } }, { status });
  for (
    const [answer, code, words] of [
      [azureError(401, "401"), "key_rejected", /Check AZURE_OPENAI_API_KEY/],
      [
        azureError(404, "DeploymentNotFound"),
        "model_not_found",
        /'my-deployment'.*Check AZURE_OPENAI_DEPLOYMENT on/,
      ],
      [
        azureError(400, "beta_api_shape_disabled"),
        "beta_refused",
        /AZURE_OPENAI_ENDPOINT/,
      ],
    ] as const
  ) {
    await test.step(code, async () => {
      await using api = new FakeApi(answer);
      const error = await assertRejects(
        () => azureAt(api.origin).createCall("v=0", SESSION, never),
        ProviderError,
      );
      assertEquals(error.code, code);
      assertMatch(error.message, words);
      assertEquals(/[^_]OPENAI_API_KEY|REALTIME_/.test(error.message), false);
    });
  }
  await test.step("nobody there", async () => {
    const clock = new FakeClock();
    const made = assertRejects(
      () => azureAt(deadOrigin(), clock).createCall("v=0", SESSION, never),
      ProviderError,
      "Azure OpenAI can't be reached. Check the network and AZURE_OPENAI_ENDPOINT",
    );
    for (let time = 0; time < 2; time++) {
      await until(() => clock.pending === 1);
      await clock.advance(0);
    }
    await made;
  });
});
