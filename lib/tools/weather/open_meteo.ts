import { z } from "zod";
import { skyOf } from "./weather_codes.ts";

/** The weather at one place and moment. */
export interface Weather {
  /** The city as the service spells it. */
  city: string;
  /** Completes "The weather is …". */
  sky: string;
  celsius: number;
}

const Places = z.object({
  // Left out of the answer where nothing matches.
  results: z.array(z.object({
    name: z.string(),
    latitude: z.number(),
    longitude: z.number(),
    country: z.string().optional(),
    country_code: z.string().optional(),
    admin1: z.string().optional(),
  })).default([]),
});
type Place = z.output<typeof Places>["results"][number];

const Forecast = z.object({
  current: z.object({
    temperature_2m: z.number(),
    weather_code: z.int(),
    is_day: z.int(),
  }),
});

/**
 * Asks Open-Meteo, which needs no key. `WEATHER_GEOCODING_URL` and
 * `WEATHER_FORECAST_URL` name other servers with the same API.
 *
 * @param location A city, with its region or country after a comma if need be.
 * @returns undefined where no place has this name.
 * @throws when a server cannot be reached or answers something else.
 * @see https://open-meteo.com/en/docs and /en/docs/geocoding-api
 */
export async function currentWeather(
  location: string,
  signal: AbortSignal,
): Promise<Weather | undefined> {
  const place = await findPlace(location, signal);
  if (!place) return undefined;
  const { current } = await getJson(
    endpoint("WEATHER_FORECAST_URL", "https://api.open-meteo.com/v1/forecast"),
    {
      latitude: String(place.latitude),
      longitude: String(place.longitude),
      current: "temperature_2m,weather_code,is_day",
    },
    Forecast,
    signal,
  );
  return {
    city: place.name,
    sky: skyOf(current.weather_code, current.is_day === 1),
    celsius: current.temperature_2m,
  };
}

/** The largest place of this name, or the one that "Paris, Texas" tells apart. */
async function findPlace(
  location: string,
  signal: AbortSignal,
): Promise<Place | undefined> {
  // The service searches names only: it finds nothing for "Paris, Texas".
  const [name = "", ...regions] = location.toLowerCase().split(",")
    .map((part) => part.trim());
  const { results } = await getJson(
    endpoint(
      "WEATHER_GEOCODING_URL",
      "https://geocoding-api.open-meteo.com/v1/search",
    ),
    { name, count: regions.length === 0 ? "1" : "10", language: "en" },
    Places,
    signal,
  );
  return results.find(({ admin1, country, country_code }) =>
    [admin1, country, country_code].some((region) =>
      region !== undefined && regions.includes(region.toLowerCase())
    )
  ) ?? results[0];
}

function endpoint(variable: string, standard: string): string {
  return Deno.env.get(variable) || standard;
}

async function getJson<Schema extends z.ZodType>(
  url: string,
  query: Record<string, string>,
  schema: Schema,
  signal: AbortSignal,
): Promise<z.output<Schema>> {
  const response = await fetch(`${url}?${new URLSearchParams(query)}`, {
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${url} answered with status ${response.status}`);
  }
  return schema.parse(await response.json());
}
