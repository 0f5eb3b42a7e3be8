import { assert, assertEquals, assertMatch } from "@std/assert";
import { personWav } from "../local/audio/person.ts";
import { freePort } from "../support/app.ts";
import { startGroup } from "../support/process_group.ts";
import { cloneProject } from "./readme/clone.ts";
import { stepsOf } from "./readme/steps.ts";
import { launchChromium } from "./support/chromium.ts";
import { understood } from "./support/ear.ts";
import { fakeMicrophone } from "./support/microphone.ts";
import { saying, toolRows, waitForState } from "./support/page.ts";
import { recordedAudio, recordRemoteAudio } from "./support/recorder.ts";

/** How long the first start may take, and the end, in ms. */
const START_MS = 60_000;
const END_MS = 5_000;

const NUMBERS = ["one", "two", "three", "four", "five", "six"];

/** What would change what a stranger sees; "" counts as unset. */
const UNSET = [
  "OPENAI_API_KEY",
  "OAI_CONFIG_LIST",
  "REALTIME_PROVIDER",
  "REALTIME_HANDSHAKE",
  "ACCESS_TOKEN",
  "KV_PATH",
];

/**
 * The README's command as it stands; where npx has no package `deno`, the same
 * with the Deno that runs this test.
 */
async function runnable(command: string): Promise<string> {
  const [npx, ...args] = /^npx -y deno@\S+/.exec(command)![0].split(" ");
  try {
    const { code } = await new Deno.Command(npx!, {
      args: [...args, "--version"],
      stdout: "null",
      stderr: "null",
      signal: AbortSignal.timeout(START_MS),
    }).output();
    if (code === 0) return command;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.log(
    `npx has no Deno: this one, ${Deno.version.deno}, takes its place`,
  );
  return command.replace(/^npx -y deno@\S+/, "deno");
}

/** Runs a command line in a clone, and waits until it says that it listens on the page's port. */
async function startServer(command: string, root: URL, page: URL) {
  const server = startGroup(["task", "--quiet", "--eval", command], {
    cwd: root,
    env: {
      ...Object.fromEntries(UNSET.map((name) => [name, ""])),
      PORT: page.port,
      DRAIN_SECONDS: "0",
      NO_COLOR: "1",
    },
  });
  const tooLate = setTimeout(() => server.end(END_MS), START_MS);
  const listens = await server.hasWritten(page.origin);
  clearTimeout(tooLate);
  assert(listens, `'${command}' did not start a server:\n${server.logs()}`);
  return {
    logs: server.logs,
    [Symbol.asyncDispose]: () => server.end(END_MS),
  };
}

Deno.test("whoever follows the README in a clean clone hears their first tool's answer", async () => {
  await using clone = await cloneProject();
  const { root } = clone;
  const read = (file: string) => Deno.readTextFile(new URL(file, root));
  const steps = stepsOf(await read("README.md"));
  const { agent, tool, answer, question } = steps;
  const address = new URL(steps.page);
  address.port = String(freePort());
  await using server = await startServer(
    await runnable(steps.start),
    root,
    address,
  );

  // While it runs.
  await Deno.writeTextFile(new URL(tool.file, root), tool.code, {
    createNew: true,
  });
  const agentText = await read(agent.file);
  const line = `\n${agent.before}\n`;
  assert(agentText.includes(line), `${agent.file} has no line${line}`);
  await Deno.writeTextFile(
    new URL(agent.file, root),
    agentText.replace(line, `\n${agent.after}\n`),
  );

  await using browser = await launchChromium();
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  await recordRemoteAudio(page);
  await page.goto(address.href);
  await page.getByRole("button", { name: steps.button }).click();
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  await microphone.say(await personWav(question));

  // The README's number is an example.
  const [before, after] = answer.split(/\d/) as [string, string];
  const spoken = saying(page, new RegExp(`${before}[1-6]`)).locator("p");
  await spoken.waitFor();
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  const said = await spoken.innerText();
  const number = Number(said.slice(before.length, -after.length));
  assertEquals(said, before + number + after);
  const [, name = ""] = /(\w+)\.ts$/.exec(tool.file) ?? [];
  assertMatch(await toolRows(page, name).innerText(), /done/);
  assertMatch(
    server.logs(),
    new RegExp(`"tool":"${name}".*"status":"completed"`),
  );

  // What came out of the page's speaker is what its transcript says.
  const heard = await understood(await recordedAudio(page), {
    phrases: [`${before}{number}`, "how can I help you"],
    slots: { number: NUMBERS },
  });
  assertEquals(heard.at(-1), before + NUMBERS[number - 1]);
});
