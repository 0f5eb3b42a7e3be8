import { defineAgent } from "parley";

export default defineAgent({
  title: "Weather Bot",
  instructions: "You are a voice assistant who knows the weather.",
  greeting: "How can I help you?",
  tools: ["get_weather"],
});
