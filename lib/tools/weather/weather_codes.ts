/** WMO weather interpretation codes, as words that complete "The weather is …". */
const SKIES: Readonly<Record<number, string>> = {
  1: "mostly clear",
  2: "partly cloudy",
  3: "cloudy",
  45: "foggy",
  48: "foggy, with frost",
  51: "slightly drizzly",
  53: "drizzly",
  55: "very drizzly",
  56: "icy, with a little freezing drizzle",
  57: "icy, with freezing drizzle",
  61: "slightly rainy",
  63: "rainy",
  65: "very rainy",
  66: "icy, with a little freezing rain",
  67: "icy, with freezing rain",
  71: "slightly snowy",
  73: "snowy",
  75: "very snowy",
  77: "snowy, with fine grains",
  80: "rainy, with light showers",
  81: "rainy, with showers",
  82: "rainy, with violent showers",
  85: "snowy, with light showers",
  86: "snowy, with heavy showers",
  95: "stormy, with thunder",
  96: "stormy, with thunder and a little hail",
  99: "stormy, with thunder and heavy hail",
};

/**
 * A weather code in words. A clear sky is sunny by day only.
 *
 * @throws {RangeError} for a number that is no weather code.
 */
export function skyOf(code: number, isDay: boolean): string {
  const sky = code === 0 ? (isDay ? "sunny" : "clear") : SKIES[code];
  if (sky === undefined) throw new RangeError(`No weather code: ${code}`);
  return sky;
}
