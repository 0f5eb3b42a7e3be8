import { assert, assertEquals } from "@std/assert";
import { freePort, startParley } from "../support/app.ts";
import { startWeather } from "../support/weather_service.ts";
import { launchChromium } from "./support/chromium.ts";
import {
  saying,
  seenStates,
  startConversation,
  toolRows,
  type,
  waitForState,
  watchStates,
} from "./support/page.ts";

for (const REALTIME_HANDSHAKE of ["server", "ephemeral"]) {
  Deno.test(`a server that dies and is started again costs a pause: handshake ${REALTIME_HANDSHAKE}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "parley-restart-" });
    const port = freePort();
    await using weather = startWeather();
    const start = () =>
      startParley({
        port,
        env: {
          ...weather.env,
          KV_PATH: `${folder}/parley.sqlite3`,
          REALTIME_HANDSHAKE,
        },
      });
    try {
      await using browser = await launchChromium({ noMicrophone: true });
      const first = await start();
      const page = await browser.newPage();
      await watchStates(page);
      await page.goto(`${first.url}/start-chat`);
      await startConversation(page);
      await type(page, "What's the weather like in Paris?");
      await saying(page, /The weather in Paris is/).waitFor();
      await waitForState(page, "Listening");
      await first.kill();
      await waitForState(page, "Reconnecting");
      await using second = await start();
      // The call went with the embedded peer, and so a new one is made.
      await page.getByText("The call was made anew").waitFor();
      await type(page, "What's the weather like in Rome?");
      await saying(page, /The weather in Rome is/).waitFor();
      // The server hears of an answer when all of it has been said.
      await waitForState(page, "Listening");
      assertEquals(await toolRows(page, "get_weather").count(), 2);
      assertEquals(await saying(page, /How can I help you/).count(), 1);
      const states = await seenStates(page);
      assert(!states.includes("Failed"), states.join());
      await page.getByRole("button", { name: "End conversation" }).click();
      await waitForState(page, "Ended");

      // One conversation, with all of it.
      const { conversations } =
        await (await fetch(`${second.url}/api/conversations`)).json();
      assertEquals(conversations.length, 1);
      const { turns, endCode, takeovers } = await (await fetch(
        `${second.url}/api/conversations/${conversations[0].id}`,
      )).json();
      assertEquals([endCode, takeovers], ["stopped", 1]);
      assertEquals(
        turns.map((turn: { kind: string; text?: string }) =>
          turn.text?.slice(0, 22) ?? turn.kind
        ),
        [
          "How can I help you?",
          "What's the weather lik",
          "tool",
          "The weather in Paris i",
          "What's the weather lik",
          "tool",
          "The weather in Rome is",
        ],
      );
      await first[Symbol.asyncDispose]();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
