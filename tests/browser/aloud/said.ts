/** What the agent may say: the recogniser understands nothing else. */
export const SAID = {
  phrases: [
    "how can I help you",
    "what would you like to say, and in which language",
    "the weather in {location} is {sky}",
    "the temperature in {location} is {degrees}",
    "this is sample data, because the weather service could not be reached",
    "{location} is a fine city",
  ],
  slots: {
    location: ["Rome", "Paris", "London", "Berlin", "Madrid", "Tokyo"],
    sky: ["cloudy", "sunny", "rainy", "foggy"],
    degrees: ["ten degrees", "twenty degrees"],
  },
};
