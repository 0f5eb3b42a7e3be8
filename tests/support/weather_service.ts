import { forecastOf, ROME } from "../tools/weather_server.ts";

/** A weather service in reach of an application. */
export interface WeatherService extends AsyncDisposable {
  /** What leads the application to it. */
  env: Record<string, string>;
}

/**
 * Stands in for the weather service: it is cloudy in Rome and sunny elsewhere, as
 * in the sample data. For tests that listen to answers: without the service the
 * agent speaks for 5 s more, of why its data are samples.
 */
export function startWeather(): WeatherService {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/search") {
        const name = searchParams.get("name") ?? "";
        const place = name === "rome" ? ROME : elsewhere(name);
        return Response.json({ results: [place] });
      }
      const inRome = Number(searchParams.get("latitude")) === ROME.latitude;
      return forecastOf({ code: inRome ? 3 : 0, celsius: 18 });
    },
  );
  const origin = `http://127.0.0.1:${server.addr.port}`;
  return {
    env: {
      WEATHER_GEOCODING_URL: `${origin}/search`,
      WEATHER_FORECAST_URL: `${origin}/forecast`,
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A city that is written with one capital. */
function elsewhere(name: string) {
  return {
    name: name.charAt(0).toUpperCase() + name.slice(1),
    latitude: 0,
    longitude: 0,
  };
}
