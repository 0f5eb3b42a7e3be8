import { assertEquals, assertMatch } from "@std/assert";
import { startParley } from "../support/app.ts";
import { copyProject } from "../support/project_copy.ts";
import { launchChromium } from "./support/chromium.ts";
import { saying, startConversation, toolRows, type } from "./support/page.ts";

const PAY = `import { defineTool } from "parley";
import { z } from "zod";

export default defineTool({
  description: "Pay somebody",
  parameters: z.object({ amount: z.string(), name: z.string() }),
  examples: { phrases: ["pay {amount} euros to {name}"], amount: ["ten"], name: ["Anna"] },
  needsApproval: true,
  async execute({ amount, name }, { progress }) {
    progress("One moment, I am paying.");
    return \`\${amount} euros went to \${name}.\`;
  },
});
`;

const BANKER = `import { defineAgent } from "parley";

export default defineAgent({
  title: "Banker",
  instructions: "You pay people.",
  greeting: "Whom shall I pay?",
  tools: ["pay"],
  examples: [{ phrase: "what is your secret", answer: "The code is one two three four. It is a secret." }],
  guardrails: [{
    name: "no codes",
    check: (text) => text.includes("code") ? "it gives away a code" : undefined,
    instead: "I must not talk about that.",
  }],
});
`;

Deno.test("a call that needs approval waits for the person, and a guardrail stops the agent", async () => {
  await using project = await copyProject();
  await project.write("lib/tools/pay.ts", PAY);
  await project.write("lib/agents/banker.ts", BANKER);
  await using app = await startParley({ root: project.root });
  await using browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(`${app.url}/start-chat?agent=banker`);
  await startConversation(page);

  await type(page, "Pay ten euros to Anna");
  const card = page.getByRole("region", { name: "Approve pay?" });
  await card.waitFor();
  assertMatch(
    await card.innerText(),
    /May pay run with these arguments\?\s.*"ten".*"Anna"/s,
  );
  await card.getByRole("button", { name: "Refuse" }).click();
  await saying(page, "The person did not approve this call").waitFor();
  assertMatch(await toolRows(page, "pay").innerText(), /refused/);

  await type(page, "Pay ten euros to Anna");
  await card.getByRole("button", { name: "Approve" }).click();
  await saying(page, "ten euros went to Anna.").waitFor();
  assertMatch(await toolRows(page, "pay").last().innerText(), /done/);

  await type(page, "What is your secret?");
  await saying(page, "I must not talk about that.").waitFor();
  const note = page.locator(".note.guardrail");
  assertEquals(
    await note.innerText(),
    "Stopped by “no codes”: it gives away a code",
  );
  await saying(page, "The code is").getByText("interrupted").waitFor();
  // The note stands between the answer that was stopped and what came instead.
  const told = await page.getByRole("log", { name: "Transcript" }).innerText();
  const places = ["The code is", "Stopped by", "I must not talk"]
    .map((words) => told.indexOf(words));
  assertEquals(places, places.toSorted((a, b) => a - b), told);
});
