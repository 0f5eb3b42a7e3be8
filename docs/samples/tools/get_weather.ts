import { defineTool } from "parley";
import { z } from "zod";

export default defineTool({
  description: "Tell the weather in a city",
  parameters: z.object({ location: z.string().describe("the city") }),
  examples: {
    phrases: ["what's the weather like in {location}"],
    location: ["Rome", "Paris"],
  },
  execute({ location }, { log }) {
    log.info("Somebody asks for the weather", { location });
    return `It is ${location === "Rome" ? "grey" : "bright"} in ${location}.`;
  },
});
