import { assertEquals, assertMatch } from "@std/assert";
import { startParley } from "../support/app.ts";
import { startWeather } from "../support/weather_service.ts";
import { launchChromium, type Page } from "./support/chromium.ts";
import {
  saying,
  startConversation,
  toolRows,
  type,
  waitForState,
} from "./support/page.ts";

/** Asks for the weather in Rome by typing, and waits for the answer. */
async function askByTyping(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/start-chat`);
  await startConversation(page);
  await type(page, "What's the weather like in Rome?");
  await saying(page, "The weather in Rome is cloudy.").waitFor();
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  const tool = toolRows(page, "get_weather");
  assertMatch(await tool.innerText(), /Rome/);
  assertMatch(await tool.innerText(), /done/);
}

Deno.test("one can type", async (test) => {
  await using weather = startWeather();
  await using app = await startParley({ env: weather.env });

  await test.step("a whole conversation, with no microphone at all", async () => {
    await using browser = await launchChromium({ noMicrophone: true });
    const page = await browser.newPage();
    await askByTyping(page, app.url);
    assertMatch(
      await page.getByRole("alert").innerText(),
      /No microphone was found\. Plug one in/,
    );
    assertEquals(
      await page.getByRole("button", { name: "Mute microphone" }).isDisabled(),
      true,
    );
    await page.getByRole("button", { name: "End conversation" }).click();
    await waitForState(page, "Ended");
    // The transcript stays, and a second conversation begins anew.
    assertEquals(await saying(page, "Rome is cloudy").count(), 1);
    await startConversation(page);
    assertEquals(await saying(page, "Rome is cloudy").count(), 0);
  });

  await test.step("where the microphone is refused, which is explained", async () => {
    await using browser = await launchChromium({ denyMicrophone: true });
    const page = await browser.newPage();
    await askByTyping(page, app.url);
    assertMatch(
      await page.getByRole("alert").innerText(),
      /The microphone is blocked\. Allow it for this page/,
    );
  });

  await test.step("where UDP is blocked, and the audio socket takes over by itself", async () => {
    await using browser = await launchChromium();
    const page = await browser.newPage();
    // Only relays may be used, and there is none: no candidate is left.
    await page.addInitScript(() => {
      const Real = RTCPeerConnection;
      globalThis.RTCPeerConnection = class extends Real {
        constructor(configuration?: RTCConfiguration) {
          super({ ...configuration, iceTransportPolicy: "relay" });
        }
      } as typeof RTCPeerConnection;
    });
    const seen = everythingSeen(page);
    await askByTyping(page, app.url);
    const { sent } = await seen();
    const starts = [...sent.matchAll(/"type":"start".*?"transport":"(\w+)"/g)];
    assertEquals(starts.map(([, transport]) => transport), [
      "webrtc",
      "socket",
    ]);
  });
});

Deno.test("with a key the same code talks to the server at OPENAI_BASE_URL", async () => {
  await using weather = startWeather();
  await using peer = await startParley();
  await using app = await startParley({
    env: {
      ...weather.env,
      REALTIME_PROVIDER: "",
      OPENAI_API_KEY: "sk-any",
      OPENAI_BASE_URL: `${peer.url}/local/v1`,
    },
  });
  const status = await (await fetch(`${app.url}/api/status`)).json();
  assertEquals(status.provider, "openai");
  const own = await fetch(`${app.url}/local/v1/realtime/client_secrets`, {
    method: "POST",
  });
  assertEquals(own.status, 404, "its own embedded peer is not there");
  await own.body?.cancel();
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const seen = everythingSeen(page);
  await askByTyping(page, app.url);
  const { received, sent } = await seen();
  assertMatch(received, /"type":"ready"/);
  assertMatch(received, /The weather in Rome is cloudy/);
  for (
    const secret of [
      "sk-any",
      "ek_",
      "rtc_",
      // The instructions, and the tool as the model sees it.
      "friendly, lively voice",
      "Get the current weather",
      "People ask for this",
      '"parameters"',
    ]
  ) {
    assertEquals(received.includes(secret), false, `The page saw ${secret}`);
  }
  assertMatch(sent, /m=audio/);
  assertEquals(sent.includes("m=application"), false, "There is no channel");
  assertMatch(app.logs(), /"tool":"get_weather".*"status":"completed"/);
  assertEquals(peer.logs().includes("get_weather"), false);
  const lines = app.logs().split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  assertEquals(lines.length >= 2, true);
  for (const line of lines) assertMatch(line.session, /^sess_/);
  // What was said, and by whom, is nobody's business; nor are keys.
  for (const word of ["Rome", "cloudy", "sk-any", "ek_"]) {
    assertEquals(app.logs().includes(word), false, `The log has ${word}`);
  }
});

/** Collects all that a page gets and sends: answers' bodies and WebSocket frames. */
function everythingSeen(page: Page) {
  const bodies: Promise<string>[] = [];
  const frames = { received: "", sent: "" };
  page.on("response", (response) => {
    bodies.push(response.text().catch(() => ""));
  });
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => frames.received += payload);
    socket.on("framesent", ({ payload }) => frames.sent += payload);
  });
  return async () => ({
    received: frames.received + (await Promise.all(bodies)).join("\n"),
    sent: frames.sent,
  });
}
