import { defineTool } from "parley";
import { z } from "zod";
import { CITIES } from "./weather/cities.ts";
import { weatherIn } from "./weather/report.ts";

export default defineTool({
  description: "Get the current weather",
  parameters: z.object({ location: z.string().describe("city") }),
  idempotent: true,
  examples: {
    phrases: [
      "what's the weather like in {location}",
      "how is the weather in {location}",
      "what is the weather in {location}",
      "tell me the weather in {location}",
      "is it raining in {location}",
      "is it sunny in {location}",
    ],
    location: CITIES,
  },
  async execute({ location }, { signal, log }) {
    const weather = await weatherIn(location, { signal, log });
    if (!weather) return `I know no place called ${location}.`;
    return `The weather in ${weather.city} is ${weather.sky}.${weather.caveat}`;
  },
});
