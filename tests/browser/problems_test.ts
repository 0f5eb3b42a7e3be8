import { assert, assertEquals, assertMatch } from "@std/assert";
import { freePort, startParley } from "../support/app.ts";
import { startTcpProxy } from "../support/tcp_proxy.ts";
import { launchChromium, type Page } from "./support/chromium.ts";
import {
  saying,
  startConversation,
  type,
  waitForState,
} from "./support/page.ts";
import { sharedSteps } from "./support/shared_steps.ts";

const press = (page: Page) =>
  page.getByRole("button", { name: "Start conversation" }).click();
const alertOf = (page: Page) => page.getByRole("alert").innerText();

/** A provider that answers every request with the status and code it has. */
class RefusingProvider implements AsyncDisposable {
  answer = { status: 500, code: "" };
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => {
      const { status, code } = this.answer;
      return Response.json(
        { error: { type: "x", code, message: "No", param: null } },
        { status, headers: { "x-should-retry": "false" } },
      );
    },
  );

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/v1`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}

Deno.test("a provider's refusal is a sentence on the page that says what to do", async (test) => {
  await using provider = new RefusingProvider();
  await using app = await startParley({
    env: {
      REALTIME_PROVIDER: "openai",
      OPENAI_API_KEY: "sk-wrong",
      OPENAI_BASE_URL: provider.url,
    },
  });
  await using browser = await launchChromium();
  for (
    const [status, code, sentence] of [
      [401, "invalid_api_key", /rejected the key\. Check OPENAI_API_KEY/],
      [429, "insufficient_quota", /no quota left\. Check its plan/],
      [503, "", /has trouble at the moment \(status 503\)/],
    ] as const
  ) {
    await test.step(`${status} ${code}`, async () => {
      provider.answer = { status, code };
      const page = await browser.newPage();
      await page.goto(`${app.url}/start-chat`);
      await press(page);
      await waitForState(page, "Failed");
      assertMatch(await alertOf(page), sentence);
      assertEquals(app.logs().includes("sk-wrong"), false);
      if (code === "insufficient_quota") {
        const german = await browser.newPage({ locale: "de-DE" });
        await german.goto(`${app.url}/start-chat`);
        await german.getByRole("button", { name: "Gespräch beginnen" }).click();
        await waitForState(german, "Fehlgeschlagen");
        assertMatch(await alertOf(german), /Guthaben .* aufgebraucht/);
      }
      await page.close();
    });
  }
});

Deno.test("what a microphone and a browser can refuse has its own sentence, and typing works", async (test) => {
  const port = freePort();
  const insecure = `http://parley.test:${port}`;
  await using app = await startParley({
    port,
    env: { ALLOWED_ORIGINS: insecure },
  });
  await using browser = await launchChromium({
    args: ["--host-resolver-rules=MAP parley.test 127.0.0.1"],
  });
  await test.step("the microphone is in use elsewhere", async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("In use", "NotReadableError"));
    });
    await page.goto(`${app.url}/start-chat`);
    await startConversation(page);
    assertMatch(await alertOf(page), /in use by another program/);
    await type(page, "What's the weather like in Rome?");
    await saying(page, "The weather in Rome is cloudy.").waitFor();
    await page.close();
  });
  await test.step("the page is not secure", async () => {
    const page = await browser.newPage();
    await page.goto(`${insecure}/start-chat`);
    await press(page);
    await page.getByText("Browsers give a microphone only to secure pages")
      .waitFor();
    await page.close();
  });
  await test.step("nothing may sound before a tap", async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      // Who lets a page hear them lets it sound, too.
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("None", "NotFoundError"));
      const { play } = HTMLMediaElement.prototype;
      // The press of the start button allows sound in this browser: another may
      // be stricter.
      let taps = 0;
      addEventListener("click", () => taps++, { capture: true });
      HTMLMediaElement.prototype.play = function () {
        return taps < 2
          ? Promise.reject(new DOMException("No", "NotAllowedError"))
          : play.call(this);
      };
    });
    await page.goto(`${app.url}/start-chat`);
    await press(page);
    const blocked = page.getByRole("alert").filter({ hasText: "wants a tap" });
    await blocked.getByRole("button", { name: "Play sound" }).click();
    await blocked.waitFor({ state: "detached" });
    await waitForState(page, "Listening");
    assertEquals(
      await page.locator("audio").evaluate((it: HTMLAudioElement) => it.paused),
      false,
    );
  });
});

Deno.test("a connection that breaks is mended, with a countdown, and nothing is lost", async () => {
  await using app = await startParley();
  await using way = startTcpProxy(app.url);
  await using browser = await launchChromium({ noMicrophone: true });
  const page = await browser.newPage();
  await page.goto(`${way.url}/start-chat`);
  await startConversation(page);
  way.cut();
  await waitForState(page, "Reconnecting");
  await page.getByText(/Next try in \d s\./).waitFor();
  // What is said meanwhile waits for the server.
  await type(page, "What's the weather like in Rome?");
  way.leadTo(app.url);
  await saying(page, "The weather in Rome is cloudy.").waitFor();
  assertEquals(
    await page.getByRole("alert").count(),
    1,
    "only that there is no microphone",
  );
  assertEquals(await saying(page, "How can I help you?").count(), 1);
});

const test = sharedSteps(
  "a server or a model that goes away",
  async (stack) => ({
    browser: stack.use(await launchChromium()),
  }),
);

test("a server that was started anew does not know the conversation, and the page can start again", async ({ browser }) => {
  const first = await startParley();
  await using way = startTcpProxy(first.url);
  const page = await browser.newPage();
  await page.goto(`${way.url}/start-chat`);
  await startConversation(page);
  way.cut();
  await waitForState(page, "Reconnecting");
  await first[Symbol.asyncDispose]();
  await using second = await startParley();
  way.leadTo(second.url);
  await waitForState(page, "Failed");
  assertMatch(await alertOf(page), /does not know this conversation any more/);
  await startConversation(page);
  assertEquals(await page.getByRole("alert").count(), 0);
  await page.close();
});

test("a server that is stopped says so, and one that is not there is said", async ({ browser }) => {
  const page = await browser.newPage();
  {
    await using app = await startParley();
    await page.goto(`${app.url}/start-chat`);
    await startConversation(page);
  }
  // Another one may be started in its place; nobody does that here.
  await waitForState(page, "Reconnecting");
  await page.getByText("The server is being restarted").waitFor();
  await page.getByRole("button", { name: "End conversation" }).click();
  await waitForState(page, "Ended");
  await press(page);
  await page.getByText("The server can't be reached.").waitFor();
  await waitForState(page, "Failed");
  await page.close();
});

test("a model that goes away ends the conversation with a sentence", async ({ browser }) => {
  const model = await startParley();
  await using app = await startParley({
    env: {
      REALTIME_PROVIDER: "openai",
      OPENAI_API_KEY: "sk-any",
      OPENAI_BASE_URL: `${model.url}/local/v1`,
    },
  });
  const page = await browser.newPage();
  await page.goto(`${app.url}/start-chat`);
  await startConversation(page);
  await model[Symbol.asyncDispose]();
  await waitForState(page, "Failed");
  assertMatch(await alertOf(page), /The call (to the model ended|was lost)/);
  await page.close();
});

Deno.test("limits are told before they are reached, and when", async () => {
  await using app = await startParley({
    // Long enough for the other page to come while the first one talks.
    env: { MAX_SESSION_SECONDS: "12", MAX_SESSIONS: "1" },
  });
  await using browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(`${app.url}/start-chat`);
  const other = await browser.newPage();
  await other.goto(`${app.url}/start-chat`);
  await press(page);
  await waitForState(page, "Speaking");
  await press(other);
  await waitForState(other, "Failed");
  assertMatch(await alertOf(other), /All 1 places/);
  const near = page.getByText(/reaches its time limit in \d+ seconds/);
  await near.waitFor();
  const seconds = Number(/\d+/.exec(await near.innerText())![0]);
  assert(seconds > 0 && seconds < 12, `${seconds} s`);
  await waitForState(page, "Failed");
  await page.getByText("The conversation has reached its time limit.")
    .waitFor();
});
