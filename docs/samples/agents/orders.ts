import { defineAgent } from "parley";
import { noPromises } from "../no_promises.ts";
import { slowTools } from "../slow_tools.ts";

export default defineAgent({
  title: "Order Desk",
  description: "Knows every order.",
  instructions: "You look up and cancel orders. Answer in one sentence.",
  greeting: "Which order is it about?",
  tools: ["look_up_order", "cancel_order"],
  handoffs: ["reception"],
  handoffPhrases: ["I have a question about an order"],
  guardrails: [noPromises],
  observers: [slowTools],
});
