import { assertEquals, assertMatch } from "@std/assert";
import { personWav } from "../local/audio/person.ts";
import { startParley } from "../support/app.ts";
import { launchChromium, type Page } from "./support/chromium.ts";
import { heldFrames } from "./support/held_frames.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import {
  heardSaying,
  interrupt,
  saying,
  startConversation,
  type,
  waitForState,
} from "./support/page.ts";

/** Waits until the page has silenced the agent, or lets it be heard. */
async function waitForVoice(page: Page, heard: boolean): Promise<void> {
  await page.waitForFunction(
    (heard) => document.querySelector("audio")!.muted !== heard,
    heard,
  );
}

Deno.test("nobody has to wait", async (test) => {
  await using app = await startParley();
  await using browser = await launchChromium();
  const open = async () => {
    const context = await browser.newContext({ permissions: ["microphone"] });
    const page = await context.newPage();
    const microphone = await fakeMicrophone(page);
    return { page, microphone };
  };

  await test.step("a pointer that comes near has the call prepared, and nobody called", async () => {
    const { page } = await open();
    /** What the page sends, WebSocket by WebSocket. */
    const sockets: { type: string; offer?: string }[][] = [];
    page.on("websocket", (socket) => {
      const sent: typeof sockets[number] = [];
      sockets.push(sent);
      socket.on("framesent", ({ payload }) => {
        if (typeof payload === "string") sent.push(JSON.parse(payload));
      });
    });
    await page.goto(`${app.url}/start-chat`);
    const start = page.getByRole("button", { name: "Start conversation" });
    const connected = page.waitForEvent("websocket");
    await start.hover();
    await connected;
    const { sessions } = await (await fetch(`${app.url}/api/status`)).json();
    assertEquals([sessions, sockets], [0, [[]]]);
    await start.click();
    await waitForState(page, "Speaking");
    const [[begun, ...rest], ...others] = sockets as [typeof sockets[0]];
    assertEquals(others, []);
    assertEquals(begun?.type, "start");
    assertMatch(begun!.offer!, /^m=audio /m);
    assertEquals(rest.map(({ type }) => type), ["connected"]);
    await page.close();
  });

  await test.step("what is said before the call stands is answered", async () => {
    const { page, microphone } = await open();
    const frames = await heldFrames(page);
    frames.hold((frame) => frame.includes('"answer"'));
    await page.goto(`${app.url}/start-chat`);
    await page.getByRole("button", { name: "Start conversation" }).click();
    await frames.waitForOne();
    await microphone.say(await personWav("What is the weather like in Rome?"));
    frames.release();
    await heardSaying(page, /the weather like in Rome/i).waitFor();
    await saying(page, "The weather in Rome is cloudy.").waitFor();
    // From now on the person is heard live.
    await interrupt(page);
    await microphone.say(await personWav("What is the weather like in Paris?"));
    await saying(page, "The weather in Paris is sunny.").waitFor();
    await page.close();
  });

  await test.step("speaking over the agent silences it in the page, and what is not taken for speech gives the voice back", async () => {
    const { page, microphone } = await open();
    const frames = await heldFrames(page);
    await page.goto(`${app.url}/start-chat`);
    await startConversation(page);
    await type(page, "What is the weather like in Rome?");
    await waitForState(page, "Speaking");
    // The server is never heard to have noticed.
    frames.hold(() => true);
    const spoken = microphone.say(
      await personWav("What is the weather like in Paris?", { leadMs: 50 }),
    );
    await waitForVoice(page, false);
    await waitForVoice(page, true);
    await spoken;
    frames.release();
    await saying(page, "The weather in Paris is sunny.").waitFor();
    await page.close();
  });
});
