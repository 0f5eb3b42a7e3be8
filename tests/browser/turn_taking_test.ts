import { assertEquals, assertMatch } from "@std/assert";
import { personWav } from "../local/audio/person.ts";
import { startParley } from "../support/app.ts";
import { launchChromium } from "./support/chromium.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import {
  choose,
  saying,
  startAndBeGreeted,
  startConversation,
  type,
  waitForState,
} from "./support/page.ts";

const ROME = "What is the weather like in Rome?";
const PARIS = "What is the weather like in Paris?";

Deno.test("who is heard, and when", async (test) => {
  await using app = await startParley();
  await using browser = await launchChromium();
  const open = async () => {
    const page = await (await browser.newContext({ hasTouch: true })).newPage();
    const microphone = await fakeMicrophone(page);
    await page.goto(`${app.url}/start-chat`);
    return { page, microphone };
  };

  await test.step("a muted microphone is not heard, and an open one is", async () => {
    const { page, microphone } = await open();
    await startConversation(page);
    await page.getByRole("button", { name: "Mute microphone" }).click();
    await microphone.say(await personWav(ROME));
    await page.getByRole("button", { name: "Unmute microphone" }).click();
    await microphone.say(await personWav(PARIS));
    await saying(page, "The weather in Paris is sunny.").waitFor();
    assertEquals(await saying(page, "Rome").count(), 0);
    await page.close();
  });

  await test.step("the agent is interrupted by a button, and the unspoken rest is marked", async () => {
    const { page } = await open();
    await startConversation(page);
    await type(page, ROME);
    await waitForState(page, "Speaking");
    await page.getByRole("button", { name: "Interrupt" }).click();
    await waitForState(page, "Listening");
    const answer = page.locator(".turn.interrupted").last();
    await answer.getByText("interrupted").waitFor();
    assertMatch(await answer.locator(".unheard").innerText(), /Rome is cloudy/);
    await page.close();
  });

  await test.step("with push to talk one is heard while the button is held: mouse, keys and finger", async () => {
    const { page, microphone } = await open();
    await choose(page, "Push to talk", true);
    await startConversation(page);
    assertEquals(
      await page.getByRole("button", { name: "Hold to talk" })
        .getAttribute("aria-pressed"),
      "false",
    );
    // Nobody holds it: this is not heard.
    await microphone.say(await personWav("What is the weather like in Tokyo?"));

    const hold = page.getByRole("button", { name: "Hold to talk" });
    const middle = async () => {
      const { x, y, width, height } = (await hold.boundingBox())!;
      return { x: x + width / 2, y: y + height / 2 };
    };
    const { x, y } = await middle();
    await page.mouse.move(x, y);
    await page.mouse.down();
    await microphone.say(await personWav(ROME));
    assertEquals(await hold.getAttribute("aria-pressed"), "true");
    // The finger may slide off while it holds.
    await page.mouse.move(x, y + 300);
    await page.mouse.up();
    await saying(page, "The weather in Rome is cloudy.").waitFor();

    await page.locator("h1").click();
    await page.keyboard.down(" ");
    await microphone.say(await personWav(PARIS));
    await page.keyboard.up(" ");
    await saying(page, "The weather in Paris is sunny.").waitFor();

    const client = await page.context().newCDPSession(page);
    await client.send("Input.dispatchTouchEvent", {
      type: "touchStart",
      touchPoints: [await middle()],
    });
    await microphone.say(
      await personWav("What is the weather like in Berlin?"),
    );
    await client.send("Input.dispatchTouchEvent", {
      type: "touchEnd",
      touchPoints: [],
    });
    await saying(page, /The weather in Berlin is/).waitFor();
    assertEquals(await saying(page, "Tokyo").count(), 0);
    // In the message box the space bar writes.
    await page.getByRole("textbox", { name: "Message" }).pressSequentially(
      "a b",
    );
    assertEquals(await hold.getAttribute("aria-pressed"), "false");
    assertEquals(
      await page.getByRole("textbox", { name: "Message" }).inputValue(),
      "a b",
    );
    await page.close();
  });

  await test.step("with barge-in off the agent finishes what it says", async () => {
    const { page, microphone } = await open();
    await choose(page, "Let me interrupt by speaking", false);
    await startAndBeGreeted(page);
    await type(page, ROME);
    await waitForState(page, "Speaking");
    await microphone.say(await personWav(PARIS));
    await waitForState(page, "Listening");
    assertEquals(await page.locator(".turn.interrupted").count(), 0);
    // The choice can be taken back while the conversation goes on.
    await choose(page, "Let me interrupt by speaking", true);
    await type(page, ROME);
    await waitForState(page, "Speaking");
    const spokenOver = microphone.say(await personWav(PARIS));
    await page.locator(".turn.interrupted").waitFor();
    await spokenOver;
    await saying(page, "The weather in Paris is sunny.").waitFor();
    await page.close();
  });
});
