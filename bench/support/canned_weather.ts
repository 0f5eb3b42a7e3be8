/**
 * Answers as Open-Meteo does, always with the same mild day; undefined for what
 * is none of its addresses. `WEATHER_GEOCODING_URL` is `/weather/search`,
 * `WEATHER_FORECAST_URL` is `/weather/forecast`.
 */
export function cannedWeather({ pathname, searchParams }: URL): unknown {
  switch (pathname) {
    case "/weather/search":
      return {
        results: [{
          name: searchParams.get("name"),
          latitude: 41.9,
          longitude: 12.5,
        }],
      };
    case "/weather/forecast":
      return { current: { temperature_2m: 18, weather_code: 2, is_day: 1 } };
    default:
      return undefined;
  }
}
