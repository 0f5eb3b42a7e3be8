import { defineTool } from "parley";
import { z } from "zod";
import { CITIES } from "./weather/cities.ts";
import { weatherIn } from "./weather/report.ts";

export default defineTool({
  description: "Get the current temperature",
  parameters: z.object({
    location: z.string().describe("city"),
    unit: z.enum(["celsius", "fahrenheit"]).optional()
      .describe("celsius if left out"),
  }),
  idempotent: true,
  examples: {
    phrases: [
      "how warm is it in {location}",
      "how cold is it in {location}",
      "what's the temperature in {location} in {unit}",
      "what's the temperature in {location}",
    ],
    location: CITIES,
  },
  async execute({ location, unit = "celsius" }, { signal, log }) {
    const weather = await weatherIn(location, { signal, log });
    if (!weather) return `I know no place called ${location}.`;
    const [scale, degrees] = unit === "celsius"
      ? ["Celsius", Math.round(weather.celsius)]
      : ["Fahrenheit", Math.round(weather.celsius * 9 / 5 + 32)];
    return `It is ${
      spoken(degrees)
    } ${scale} in ${weather.city}.${weather.caveat}`;
  },
});

/** Degrees as they are said: a hyphen would be lost in speech. */
function spoken(degrees: number): string {
  const size = Math.abs(degrees);
  const noun = size === 1 ? "degree" : "degrees";
  return `${degrees < 0 ? "minus " : ""}${size} ${noun}`;
}
