import { defineTool } from "parley";
import { z } from "zod";

export default defineTool({
  description: "Roll a die",
  parameters: z.object({}),
  examples: { phrases: ["roll the dice", "roll a die"] },
  execute: () => `You rolled a ${1 + Math.floor(Math.random() * 6)}.`,
});
