/** What the stand-in for Open-Meteo answers with, by path. */
export interface WeatherAnswers {
  search?: (query: URLSearchParams) => Response | Promise<Response>;
  forecast?: (query: URLSearchParams) => Response | Promise<Response>;
}

export const ROME = {
  name: "Rome",
  latitude: 41.89,
  longitude: 12.51,
  country: "Italy",
  country_code: "IT",
  admin1: "Lazio",
};

/**
 * Stands in for Open-Meteo: knows Rome, where it is `code` and `celsius`, unless
 * told otherwise. The tools find it through the environment until it is disposed.
 * That is the whole process's, where other files of tests run beside this one: the
 * tests of all tools that ask for the weather are in one file.
 */
export function serveWeather(answers: WeatherAnswers = {}) {
  const requests: URL[] = [];
  const {
    search = (query) =>
      Response.json(query.get("name") === "rome" ? { results: [ROME] } : {}),
    forecast = () => forecastOf({ code: 3, celsius: 18.4 }),
  } = answers;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const url = new URL(request.url);
      requests.push(url);
      return url.pathname === "/search"
        ? search(url.searchParams)
        : forecast(url.searchParams);
    },
  );
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const restore = pointTo(`${origin}/search`, `${origin}/forecast`);
  return {
    requests,
    async [Symbol.asyncDispose]() {
      restore();
      await server.shutdown();
    },
  };
}

/** A port at which nothing listens. */
export function refuseConnections(): Disposable {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const origin = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
  listener.close();
  return { [Symbol.dispose]: pointTo(origin, origin) };
}

/** The forecast's answer for a weather code and a temperature. */
export function forecastOf(
  { code, celsius, day = true }: {
    code: number;
    celsius: number;
    day?: boolean;
  },
): Response {
  return Response.json({
    current: {
      temperature_2m: celsius,
      weather_code: code,
      is_day: day ? 1 : 0,
    },
  });
}

/** Points the tools to other servers, and returns what takes that back. */
function pointTo(geocoding: string, forecast: string): () => void {
  const values = {
    WEATHER_GEOCODING_URL: geocoding,
    WEATHER_FORECAST_URL: forecast,
  };
  const before = Object.keys(values).map((name) =>
    [name, Deno.env.get(name)] as const
  );
  for (const [name, value] of Object.entries(values)) Deno.env.set(name, value);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  };
}
