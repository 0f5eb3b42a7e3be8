import { assertEquals, assertRejects } from "@std/assert";
import getTemperature from "../../lib/tools/get_temperature.ts";
import getWeather from "../../lib/tools/get_weather.ts";
import { weatherIn } from "../../lib/tools/weather/report.ts";
import { skyOf } from "../../lib/tools/weather/weather_codes.ts";
import { toolContext } from "../support/tool_context.ts";
import {
  forecastOf,
  refuseConnections,
  ROME,
  serveWeather,
} from "./weather_server.ts";

const SAMPLE =
  "The weather in Rome is cloudy. This is sample data, because the weather service could not be reached.";

Deno.test("get_weather tells what the weather service says", async () => {
  await using weather = serveWeather({
    forecast: () => forecastOf({ code: 95, celsius: 18.4 }),
  });
  const said = await getWeather.execute({ location: "Rome" }, toolContext());
  assertEquals(said, "The weather in Rome is stormy, with thunder.");
  const [search, forecast] = weather.requests;
  assertEquals(search?.searchParams.get("count"), "1");
  assertEquals(forecast?.searchParams.get("latitude"), "41.89");
  assertEquals(forecast?.searchParams.get("longitude"), "12.51");
});

Deno.test("get_weather tells places of one name apart by region or country", async () => {
  const places = [
    { ...ROME, name: "Paris", country: "France", admin1: "Île-de-France" },
    {
      ...ROME,
      name: "Paris (Texas)",
      country: "United States",
      admin1: "Texas",
    },
  ];
  await using weather = serveWeather({
    search: () => Response.json({ results: places }),
  });
  const ask = (location: string) =>
    getWeather.execute({ location }, toolContext());
  assertEquals(
    await ask("Paris, Texas"),
    "The weather in Paris (Texas) is cloudy.",
  );
  assertEquals(await ask("Paris, France"), "The weather in Paris is cloudy.");
  assertEquals(weather.requests[0]?.searchParams.get("name"), "paris");
});

Deno.test("get_weather knows when there is no such place", async () => {
  await using _weather = serveWeather();
  const context = toolContext();
  const said = await getWeather.execute({ location: "Atlantis" }, context);
  assertEquals(said, "I know no place called Atlantis.");
  assertEquals(context.lines, []);
});

const FAILURES: Record<string, () => Response> = {
  "status 500": () => new Response("Out of order", { status: 500 }),
  "malformed JSON": () => new Response("{"),
  "JSON of another shape": () => Response.json({ results: "none" }),
  "an unknown weather code": () => forecastOf({ code: 12, celsius: 20 }),
};

for (const [failure, answer] of Object.entries(FAILURES)) {
  Deno.test(`get_weather says that it uses sample data on ${failure}`, async () => {
    await using _weather = serveWeather({ forecast: answer });
    const context = toolContext();
    const said = await getWeather.execute({ location: "Rome" }, context);
    assertEquals(said, SAMPLE);
    assertEquals(context.lines.map((line) => line.level), ["warn"]);
  });
}

Deno.test("get_weather says that it uses sample data where nothing listens", async () => {
  using _nobody = refuseConnections();
  const ask = (location: string) =>
    getWeather.execute({ location }, toolContext());
  assertEquals(await ask("Rome"), SAMPLE);
  assertEquals(
    await ask("Seattle, Washington"),
    "The weather in Seattle is sunny. This is sample data, because the weather service could not be reached.",
  );
});

Deno.test({
  name: "get_weather says that it uses sample data without network permission",
  permissions: { net: false, env: true },
  fn: async () => {
    const said = await getWeather.execute({ location: "Rome" }, toolContext());
    assertEquals(said, SAMPLE);
  },
});

Deno.test("weather that does not come in time is sample data", async () => {
  const never = Promise.withResolvers<Response>();
  await using _weather = serveWeather({ forecast: () => never.promise });
  const report = await weatherIn("Rome", toolContext(), 50);
  assertEquals(report?.sky, "cloudy");
  assertEquals(report?.caveat.startsWith(" This is sample data"), true);
  never.resolve(new Response());
});

Deno.test("get_weather stops when its answer is no longer wanted", async () => {
  const never = Promise.withResolvers<Response>();
  const stop = new AbortController();
  await using _weather = serveWeather({
    forecast: () => {
      stop.abort(new Error("The session ended"));
      return never.promise;
    },
  });
  const context = toolContext({ signal: stop.signal });
  await assertRejects(
    async () => await getWeather.execute({ location: "Rome" }, context),
    Error,
    "The session ended",
  );
  assertEquals(context.lines, []);
  never.resolve(new Response());
});

Deno.test("get_temperature tells whole degrees in the unit asked for", async () => {
  let celsius = 18.4;
  await using _weather = serveWeather({
    forecast: () => forecastOf({ code: 3, celsius }),
  });
  const ask = (unit?: "celsius" | "fahrenheit") =>
    getTemperature.execute({ location: "Rome", unit }, toolContext());
  assertEquals(await ask(), "It is 18 degrees Celsius in Rome.");
  assertEquals(await ask("fahrenheit"), "It is 65 degrees Fahrenheit in Rome.");
  celsius = -1.2;
  assertEquals(await ask(), "It is minus 1 degree Celsius in Rome.");
  celsius = -0.3;
  assertEquals(await ask(), "It is 0 degrees Celsius in Rome.");
});

Deno.test("get_temperature knows when there is no such place", async () => {
  await using _weather = serveWeather();
  const said = await getTemperature.execute(
    { location: "Atlantis" },
    toolContext(),
  );
  assertEquals(said, "I know no place called Atlantis.");
});

Deno.test("get_temperature says that it uses sample data where nothing listens", async () => {
  using _nobody = refuseConnections();
  const ask = (location: string) =>
    getTemperature.execute({ location }, toolContext());
  assertEquals(
    await ask("rome"),
    "It is 18 degrees Celsius in Rome. This is sample data, because the weather service could not be reached.",
  );
  assertEquals(
    await ask("Tokyo"),
    "It is 24 degrees Celsius in Tokyo. This is sample data, because the weather service could not be reached.",
  );
});

Deno.test("a clear sky is sunny by day only", () => {
  assertEquals(skyOf(0, true), "sunny");
  assertEquals(skyOf(0, false), "clear");
  assertEquals(skyOf(61, false), "slightly rainy");
});
