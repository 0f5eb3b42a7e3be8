import type { ToolContext } from "parley";
import { currentWeather, type Weather } from "./open_meteo.ts";

/** The weather, and what must be said along with it. */
export interface Report extends Weather {
  /** A sentence with a space before it, or "" where there is nothing to add. */
  caveat: string;
}

/** Milliseconds a person will wait in a conversation before it feels broken. */
const LIMIT_MS = 3_000;

const SAMPLE_CAVEAT =
  " This is sample data, because the weather service could not be reached.";

/**
 * The weather in a city now; sample data, marked as such, where the weather
 * service does not answer within `limitMs`.
 *
 * @returns undefined for a place that the weather service does not know.
 * @throws the signal's reason, when the answer is no longer wanted.
 */
export async function weatherIn(
  location: string,
  { signal, log }: Pick<ToolContext, "signal" | "log">,
  limitMs = LIMIT_MS,
): Promise<Report | undefined> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new Error(`No answer within ${limitMs} ms`)),
    limitMs,
  );
  try {
    const weather = await currentWeather(
      location,
      AbortSignal.any([signal, limit.signal]),
    );
    return weather && { ...weather, caveat: "" };
  } catch (error) {
    signal.throwIfAborted();
    log.warn("Weather service failed, using sample data", {
      error: String(error),
    });
    return { ...sampleWeather(location), caveat: SAMPLE_CAVEAT };
  } finally {
    clearTimeout(timer);
  }
}

function sampleWeather(location: string): Weather {
  const [city = ""] = location.split(",");
  return city.trim().toLowerCase() === "rome"
    ? { city: "Rome", sky: "cloudy", celsius: 18 }
    : { city: city.trim(), sky: "sunny", celsius: 24 };
}
