/** Cities to try the weather tools with; any other works too. */
export const CITIES = [
  "Rome",
  "Paris",
  "London",
  "Seattle",
  "Berlin",
  "New York",
  "Tokyo",
  "Madrid",
];
