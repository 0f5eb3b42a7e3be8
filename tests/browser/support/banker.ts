import type { ProjectCopy } from "../../support/project_copy.ts";

const TOOL = `import { defineTool } from "parley";
import { z } from "zod";

export default defineTool({
  description: "Pay somebody",
  parameters: z.object({ amount: z.string(), name: z.string() }),
  examples: {
    phrases: ["pay {amount} euros to {name}"],
    amount: ["ten"],
    name: ["Anna"],
  },
  needsApproval: true,
  execute: ({ amount, name }) => \`\${amount} euros went to \${name}.\`,
});
`;

const AGENT = `import { defineAgent } from "parley";

export default defineAgent({
  title: "Banker",
  description: "Pays whom you like, once you have approved it.",
  instructions: "You pay people.",
  greeting: "Whom shall I pay?",
  tools: ["pay"],
  examples: [{
    phrase: "how do I save money",
    answer: "${
  "Spend a little less than you earn, month by month. ".repeat(8)
}",
  }],
});
`;

/** What the banker is asked for an answer that takes more than half a minute. */
export const LONG_QUESTION = "How do I save money?";

/**
 * Puts a Banker, the agent `banker`, into a project: "Pay ten euros to Anna" has
 * it ask for approval.
 */
export async function addBanker(project: ProjectCopy): Promise<void> {
  await project.write("lib/tools/pay.ts", TOOL);
  await project.write("lib/agents/banker.ts", AGENT);
}
