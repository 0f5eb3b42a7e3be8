import { assertEquals } from "@std/assert";
import getTemperature from "../../lib/tools/get_temperature.ts";
import { toolContext } from "../support/tool_context.ts";
import {
  forecastOf,
  refuseConnections,
  serveWeather,
} from "./weather_server.ts";

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
