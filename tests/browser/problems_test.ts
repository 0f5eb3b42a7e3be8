import { assertEquals, assertMatch } from "@std/assert";
import { startParley } from "../support/app.ts";
import { launchChromium } from "./support/chromium.ts";
import { startConversation, waitForState } from "./support/page.ts";

/** A provider that answers every request with this status and code. */
function refusingProvider(status: number, code: string) {
  return Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () =>
      Response.json(
        { error: { type: "x", code, message: "No", param: null } },
        { status, headers: { "x-should-retry": "false" } },
      ),
  );
}

Deno.test("a provider's refusal is a sentence on the page that says what to do", async (test) => {
  await using browser = await launchChromium();
  for (
    const [status, code, sentence] of [
      [401, "invalid_api_key", /rejected the key\. Check OPENAI_API_KEY/],
      [429, "insufficient_quota", /no quota left\. Check its plan/],
    ] as const
  ) {
    await test.step(code, async () => {
      await using provider = refusingProvider(status, code);
      await using app = await startParley({
        env: {
          REALTIME_PROVIDER: "openai",
          OPENAI_API_KEY: "sk-wrong",
          OPENAI_BASE_URL: `http://127.0.0.1:${provider.addr.port}/v1`,
        },
      });
      const page = await browser.newPage();
      await page.goto(`${app.url}/start-chat`);
      await page.getByRole("button", { name: "Start conversation" }).click();
      await waitForState(page, "Failed");
      assertMatch(await page.getByRole("alert").innerText(), sentence);
      assertEquals(app.logs().includes("sk-wrong"), false);
      await page.close();
    });
  }
});

Deno.test("a server that goes away is said, and the page can start again", async () => {
  await using browser = await launchChromium();
  const page = await browser.newPage();
  {
    await using app = await startParley();
    await page.goto(`${app.url}/start-chat`);
    await startConversation(page);
  }
  await waitForState(page, "Failed");
  assertMatch(
    await page.getByRole("alert").innerText(),
    /server|ended/,
  );
  await page.getByRole("button", { name: "Start conversation" }).click();
  await page.getByText("The server can't be reached.").waitFor();
  await waitForState(page, "Failed");
});
