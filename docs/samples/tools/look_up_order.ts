import { defineTool } from "parley";
import { z } from "zod";

export default defineTool({
  description: "Look up an order by its number",
  parameters: z.object({ number: z.coerce.number().int().positive() }),
  timeoutMs: 5_000,
  idempotent: true,
  examples: {
    phrases: ["where is order {number}", "look up order {number}"],
    number: ["17", "18"],
  },
  async execute({ number }, { signal, log, state }) {
    const shop = Deno.env.get("SHOP_URL") ?? "http://127.0.0.1:9000";
    const response = await fetch(`${shop}/orders/${number}`, { signal });
    const answer = await response.text();
    if (response.status === 404) return `There is no order ${number}.`;
    if (!response.ok) throw new Error(`The shop says ${response.status}`);
    const { status } = JSON.parse(answer);
    log.info("An order was looked up", { number });
    state.set("order", number);
    return `Order ${number} is ${status}.`;
  },
});
