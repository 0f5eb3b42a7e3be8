import { defineAgent } from "parley";

export default defineAgent({
  title: "Reception",
  description: "Finds out what you need.",
  instructions:
    "You receive people in a shop. Hand over whoever asks about an order.",
  greeting: "Good day! What can I do for you?",
  voice: "marin",
  tools: ["roll_dice"],
  handoffs: ["orders"],
  handoffPhrases: ["back to the reception"],
  examples: [
    { phrase: "when do you open", answer: "We open at nine." },
  ],
});
