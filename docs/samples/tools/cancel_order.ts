import { defineTool } from "parley";
import { z } from "zod";

export default defineTool({
  description: "Cancel an order",
  parameters: z.object({
    number: z.coerce.number().int().positive(),
    refund: z.boolean().default(false),
  }),
  examples: { phrases: ["cancel order {number}"], number: ["17", "18"] },
  // #region approval
  // The order that was talked about last may be cancelled without asking.
  needsApproval: ({ number, refund }, { state }) =>
    refund || state.get("order") !== number,
  // #endregion
  execute({ number, refund }, { progress }) {
    if (refund) progress("I am asking for the refund.");
    return `Order ${number} is cancelled.`;
  },
});
