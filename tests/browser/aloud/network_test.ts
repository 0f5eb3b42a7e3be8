import { assertEquals, assertLess } from "@std/assert";
import { startParley } from "../../support/app.ts";
import { launchChromium } from "../support/chromium.ts";
import { blockedRun, lossyRun, outageRun } from "../support/network_runs.ts";

Deno.test("a conversation gets through a bad network", async (test) => {
  await using app = await startParley();
  await using browser = await launchChromium();
  const place = { browser, url: app.url };

  await test.step("where 10 % is lost and the rest comes late and out of order, a question is asked and answered aloud", async () => {
    const network = { loss: 0.1, delayMs: 200, jitterMs: 100 };
    const { concealed } = await lossyRun(place, network, 1);
    assertLess(concealed, 0.2);
  });

  await test.step("where UDP is blocked the audio socket takes over, and after an outage of 10 s it goes on aloud", async () => {
    // Side by side: most of an outage is silence.
    const [{ states }, tookOverMs] = await Promise.all([
      outageRun(place, 10_000),
      // How soon is measured by `deno task network`; here it comes at all.
      blockedRun(place),
    ]);
    assertLess(0, tookOverMs);
    assertEquals(states[0]?.state, "disconnected");
    assertEquals(states.at(-1)?.state, "connected");
  });
});
